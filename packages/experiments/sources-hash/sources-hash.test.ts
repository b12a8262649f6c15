import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { closureOf, hashOfClosure, sourcesHash } from './node-sources-hash.ts';

const folder = mkdtempSync(join(tmpdir(), 'sources-'));
afterAll(() => rmSync(folder, { recursive: true }));

const write = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

describe('the hash of sources', () => {
  test('changes with a file that is reached through others, not with one that is not', () => {
    const entry = write(
      'a.ts',
      "import { b } from './b.ts';\nimport type { D } from './d.ts';\nexport const a = () => import('./c.ts');\n",
    );
    write('b.ts', 'export const b = 1;\n');
    write('c.ts', 'export const c = 1;\n');
    const before = hashOfClosure(entry);
    write('d.ts', 'export const d = 1;\n');
    expect(hashOfClosure(entry)).toBe(before);
    write('c.ts', 'export const c = 1;\r\n');
    expect(hashOfClosure(entry)).toBe(before); // line ends are no change
    write('c.ts', 'export const c = 2;\n');
    expect(hashOfClosure(entry)).not.toBe(before);
  });

  test('follows our packages by name and names the versions of the others', () => {
    const runner = fileURLToPath(new URL('../claims.ts', import.meta.url));
    const closure = closureOf(runner);
    expect(closure).toHaveProperty(['packages/engine/stats/intervals.ts']);
    expect(closure.jstat).toMatch(/^\d+\.\d+\.\d+$/);
  });

  test('of an experiment that does not exist names the missing file', () => {
    expect(() => sourcesHash('nowhere')).toThrow(/packages\/experiments\/nowhere\/experiment.ts/);
  });
});
