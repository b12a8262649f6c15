import { asUnit, type SearchEncoder } from './index.ts';

const AT_ONCE = 64;
const TIMEOUT_MS = 60_000;
/** What encoders read at most, in characters; some refuse longer texts. */
const MAX_CHARS = 6_000;

/**
 * Any server that speaks OpenAI's /v1/embeddings: a model on the group's own machine, or a service.
 * @param address the URL up to and with /v1, a number sign, and the model's name
 */
export async function remoteEncoder(address: string, key?: string): Promise<SearchEncoder> {
  const [base, model] = address.split('#');
  if (!URL.canParse(base) || !model)
    throw new Error(`BROADSHEET_ENCODER is "openai:${address}"; expected openai:http://host:port/v1#model.`);
  const ask = (texts: readonly string[]) => embeddings(`${base.replace(/\/$/, '')}/embeddings`, { model, texts, key });
  const [probe] = await ask(['dimensions']);
  return {
    id: `openai-${model}`,
    dimensions: asUnit(probe).length,
    encode: async (texts) => {
      const vectors: Float32Array[] = [];
      for (let at = 0; at < texts.length; at += AT_ONCE) {
        const part = texts.slice(at, at + AT_ONCE).map((text) => text.slice(0, MAX_CHARS).toWellFormed() || ' ');
        for (const vector of await ask(part)) vectors.push(asUnit(vector));
      }
      return vectors;
    },
  };
}

async function embeddings(
  address: string,
  { model, texts, key }: { model: string; texts: readonly string[]; key?: string },
): Promise<number[][]> {
  const response = await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key ? { authorization: `Bearer ${key}` } : {}) },
    body: JSON.stringify({ model, input: texts }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!response.ok) throw new Error(`${response.status} from ${address} for the model "${model}".`);
  const answer: unknown = await response.json();
  const rows = (answer as { data?: { index?: number; embedding?: unknown }[] })?.data;
  const vectors: number[][] = [];
  for (const [i, row] of (Array.isArray(rows) ? rows : []).entries())
    if (Array.isArray(row.embedding)) vectors[row.index ?? i] = row.embedding.map(Number);
  const isWhole = texts.every((_, i) => vectors[i]?.length > 0 && vectors[i].length === vectors[0].length);
  if (!isWhole)
    throw new Error(`${address} gave ${vectors.length} vectors for ${texts.length} texts, or some of other lengths.`);
  return vectors;
}
