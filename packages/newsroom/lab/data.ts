import { readFile } from 'node:fs/promises';
import { PAPER_CATEGORIES } from '@broadsheet/datasets/paper-categories';

const FILES: Readonly<Record<string, string>> = {
  [PAPER_CATEGORIES]: '../../datasets/paper-categories/vectors.safetensors',
};

/** Bytes that experiments ask their host for by name; undefined for a name that nothing ships under. */
export async function experimentData(name: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (!Object.hasOwn(FILES, name)) return undefined;
  return new Uint8Array(await readFile(new URL(FILES[name], import.meta.url)));
}

/** @throws {Error} for a name that nothing ships under */
export async function dataOf(name: string): Promise<Uint8Array> {
  const found = await experimentData(name);
  if (!found) throw new Error(`This host has no data named "${name}".`);
  return found;
}
