import { z } from 'zod';
import type { ModelEndpointFacts, SafeFetch } from './safe-fetch.ts';

const WAIT_MS = 10_000;
const tokens = z.number().int().positive().optional().catch(undefined);
/** The window goes by another name at each: vLLM, hosted ones, LM Studio, llama.cpp. What it was trained with is not it. */
const Model = z.object({
  id: z.string().max(200),
  max_model_len: tokens,
  context_length: tokens,
  context_window: tokens,
  loaded_context_length: tokens,
  meta: z.object({ n_ctx: tokens }).nullish().catch(undefined),
});
const Models = z.object({ data: z.array(Model).max(10_000) });
type Server = Pick<ModelEndpointFacts, 'baseUrl'>;

/** The models that a server has, as its `/models` lists them; null where it does not say. */
export async function listModels(server: Server, key: string | null, fetch: SafeFetch, signal?: AbortSignal) {
  const models = await readModels(server, key, fetch, signal);
  return models?.map(({ id }) => id).sort() ?? null;
}

/** How many tokens a server says that its model holds; null where it does not say. */
export async function servedWindow(
  server: Server & Pick<ModelEndpointFacts, 'model'>,
  key: string | null,
  fetch: SafeFetch,
  signal: AbortSignal,
): Promise<number | null> {
  const models = await readModels(server, key, fetch, signal);
  const model = models?.find(({ id }) => hasModel([id], server.model));
  if (!model) return null;
  const { loaded_context_length: loaded, meta, max_model_len: served, context_length, context_window } = model;
  return loaded ?? meta?.n_ctx ?? served ?? context_length ?? context_window ?? null;
}

async function readModels(
  { baseUrl }: Server,
  key: string | null,
  fetch: SafeFetch,
  signal: AbortSignal = AbortSignal.timeout(WAIT_MS),
): Promise<z.output<typeof Model>[] | null> {
  const url = new URL('models', baseUrl.endsWith('/') ? baseUrl : `${baseUrl}/`);
  try {
    const response = await fetch(url, {
      headers: { accept: 'application/json', ...(key ? { authorization: `Bearer ${key}` } : {}) },
      signal: AbortSignal.any([signal, AbortSignal.timeout(WAIT_MS)]),
    });
    if (!response.ok) return null;
    const models = Models.safeParse(await response.json());
    return models.success ? models.data.data : null;
  } catch {
    // Not every server lists its models, and one that is away now may be there later.
    return null;
  }
}

/** Whether a server has a model; ollama lists "llama3.2:latest" for what it answers to as "llama3.2". */
export function hasModel(models: readonly string[], model: string): boolean {
  return models.includes(model) || models.includes(`${model}:latest`);
}
