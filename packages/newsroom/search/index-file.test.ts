import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SearchIndex } from '@broadsheet/search-index';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readIndexFile, removeLeftParts, writeIndexFile, writeWhole } from './index-file.ts';

const OWNER = 'a store';
let folder: string;
const file = () => join(folder, 'index.bin');
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'broadsheet-index-file-'));
  const index = new SearchIndex();
  index.upsert({ id: 1, title: 'Old', authors: [], categories: [] });
  writeIndexFile(file(), OWNER, index);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const idsOf = (text: string) =>
  readIndexFile(file(), OWNER)
    ?.search(text)
    .hits.map(({ id }) => id);

/** The head, and of each of three segments its length and its bytes. */
const PIECES = 7;

test('a writer that is killed at any step leaves the file before in force, and parts that the next one removes', async () => {
  for (let written = 0; written <= PIECES; written++) {
    const writer = fork(new URL('./testing/writing-process.ts', import.meta.url), {
      env: { ...process.env, INDEX_FILE: file(), KILLED_AFTER: String(written) },
    });
    expect(await once(writer, 'exit')).toEqual([null, 'SIGKILL']);
    expect(readdirSync(folder).length).toBe(2);
    expect(idsOf('old')).toEqual([1]);
    removeLeftParts(file());
    expect(readdirSync(folder)).toEqual(['index.bin']);
  }
  const writer = fork(new URL('./testing/writing-process.ts', import.meta.url), {
    env: { ...process.env, INDEX_FILE: file(), KILLED_AFTER: String(PIECES + 1) },
  });
  expect(await once(writer, 'exit')).toEqual([0, null]);
  expect(idsOf('new')?.sort()).toEqual([1, 2, 3]);
  expect(readdirSync(folder)).toEqual(['index.bin']);
}, 30_000);

test('a disk that is full after some pieces leaves the file before in force, and nothing beside it', () => {
  const before = readFileSync(file());
  function* filling() {
    yield new Uint8Array(1 << 16);
    throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  }
  expect(() => writeWhole(file(), filling())).toThrow('ENOSPC');
  expect(readdirSync(folder)).toEqual(['index.bin']);
  expect(readFileSync(file()).equals(before)).toBe(true);
});
