import { z } from 'zod';
import type { ModelEndpointFacts, SafeFetch } from './safe-fetch.ts';

const WAIT_MS = 10_000;
const Models = z.object({ data: z.array(z.object({ id: z.string().max(200) })).max(10_000) });

/** The models that a server has, as its `/models` lists them; null where it does not say. */
export async function listModels(
  facts: Pick<ModelEndpointFacts, 'baseUrl'>,
  key: string | null,
  fetch: SafeFetch,
  signal: AbortSignal = AbortSignal.timeout(WAIT_MS),
): Promise<string[] | null> {
  const url = new URL('models', facts.baseUrl.endsWith('/') ? facts.baseUrl : `${facts.baseUrl}/`);
  try {
    const response = await fetch(url, {
      headers: { accept: 'application/json', ...(key ? { authorization: `Bearer ${key}` } : {}) },
      signal: AbortSignal.any([signal, AbortSignal.timeout(WAIT_MS)]),
    });
    if (!response.ok) return null;
    const models = Models.safeParse(await response.json());
    return models.success ? models.data.data.map(({ id }) => id).sort() : null;
  } catch {
    // Not every server lists its models, and one that is away now may be there later.
    return null;
  }
}

/** Whether a server has a model; ollama lists "llama3.2:latest" for what it answers to as "llama3.2". */
export function hasModel(models: readonly string[], model: string): boolean {
  return models.includes(model) || models.includes(`${model}:latest`);
}
