import { rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { sourceHash } from './toolchain.mjs';

const site = (path: string) => fileURLToPath(new URL(`../../apps/site/${path}`, import.meta.url));

test('what the build writes among its sources does not call for another build; a new source does', () => {
  const before = sourceHash();
  const written = site('static/written-by-a-test.js');
  const source = site('src/written-by-a-test.ts');
  try {
    writeFileSync(written, 'void 0;');
    expect(sourceHash()).toBe(before);
    writeFileSync(source, 'export {};');
    expect(sourceHash()).not.toBe(before);
  } finally {
    rmSync(written, { force: true });
    rmSync(source, { force: true });
  }
});
