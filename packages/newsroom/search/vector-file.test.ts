import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DamagedIndex } from '@broadsheet/search-index';
import { VectorIndex } from '@broadsheet/search-index/vectors';
import { afterAll, describe, expect, test } from 'vitest';
import { readVectors, writeVectors } from './vector-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'broadsheet-vectors-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const DIMENSIONS = 128;
const names = { owner: 'a store', encoder: 'an encoder' };
/** Vectors of one large component each, at a place that its id says. */
const row = (id: number) => Int8Array.from({ length: DIMENSIONS }, (_, d) => (d === id % DIMENSIONS ? 100 : id % 7));

function made(isArranged: boolean): VectorIndex {
  const index = new VectorIndex(DIMENSIONS, 8);
  for (let id = 1; id <= 301; id++) index.setRounded(id, row(id));
  if (isArranged) index.arrange();
  return index;
}

describe.each([false, true])('kept vectors, in cells: %s', (isArranged) => {
  const file = join(folder, `${isArranged}.bin`);
  const index = made(isArranged);
  const fingerprints = new Map(Array.from(index.ids, (id) => [id, id * 3]));
  writeVectors(file, names, { index, fingerprints, changeSeq: 17 });

  test('are read back as they were, cells included', () => {
    const kept = readVectors(file, { ...names, dimensions: DIMENSIONS });
    expect(kept).toMatchObject({ changeSeq: 17, fingerprints });
    expect(kept?.index.ids).toEqual(index.ids);
    expect(kept?.index.rows).toEqual(index.rows);
    expect(kept?.index.arranged).toEqual(index.arranged);
    expect(kept?.index.arranged === undefined).toBe(!isArranged);
  });

  test('cut off or of another encoder, they are damaged', () => {
    const bytes = readFileSync(file);
    expect(() => readVectors(file, { ...names, encoder: 'another', dimensions: DIMENSIONS })).toThrow(DamagedIndex);
    const cut = join(folder, 'cut.bin');
    writeFileSync(cut, bytes.subarray(0, bytes.length - 2));
    expect(() => readVectors(cut, { ...names, dimensions: DIMENSIONS })).toThrow(DamagedIndex);
  });
});
