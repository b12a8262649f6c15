import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const folder = fileURLToPath(new URL('../docs/examples/', import.meta.url));

test.each(readdirSync(folder).filter((name) => name.endsWith('.ts')))(
  'the example %s runs',
  { timeout: 120_000 },
  (name) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [`${folder}${name}`], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).toMatch(/tangent-kernel alignment [\d.]+/);
  },
);
