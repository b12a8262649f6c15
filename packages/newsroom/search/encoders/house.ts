import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { readEncoder } from '@broadsheet/encoder';
import type { SearchEncoder } from './index.ts';

let opened: Promise<SearchEncoder> | undefined;

/** Our own encoder, as it ships; opened once in a thread. */
export function houseEncoder(): Promise<SearchEncoder> {
  opened ??= open();
  return opened;
}

async function open(): Promise<SearchEncoder> {
  const bytes = await readFile(createRequire(import.meta.url).resolve('@broadsheet/encoder/house-encoder.safetensors'));
  const { encoder } = readEncoder(bytes);
  const print = createHash('sha256').update(bytes).digest('hex').slice(0, 12);
  return {
    // Other weights are another encoder.
    id: `house-${print}`,
    dimensions: encoder.dimensions,
    encode: async (texts) => texts.map((text) => encoder.encode(text)),
  };
}
