import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'broadsheet-faults-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The command as a person calls it; `fileBlocks` limits every file to so many KiB, as a full disk or a quota does. */
function broadsheet(args: string[], { env = {}, fileBlocks }: { env?: NodeJS.ProcessEnv; fileBlocks?: number } = {}) {
  const limit = fileBlocks === undefined ? '' : `ulimit -f ${fileBlocks};`;
  const { status, stdout, stderr } = spawnSync(
    'bash',
    ['-c', `${limit} exec "$0" "$@"`, process.execPath, MAIN, ...args],
    {
      encoding: 'utf8',
      env: { ...process.env, BROADSHEET_LOG_LEVEL: 'silent', BROADSHEET_PULL: 'false', DATABASE_URL: '', ...env },
    },
  );
  return { status, stdout, stderr };
}

describe.skipIf(process.platform === 'win32')('a disk that is full', () => {
  const papers = join(folder, 'papers.ndjson');
  writeFileSync(
    papers,
    Array.from({ length: 6_000 }, (_, i) =>
      JSON.stringify({
        id: `2601.${String(i + 1).padStart(5, '0')}`,
        day: '2026-01-12',
        title: `Paper number ${i} of a long file`,
        abstract: `Words of our own, ${i} times over. `.repeat(12),
        authors: ['Ada Löwe', `Person ${i}`],
        categories: ['cs.LG'],
      }),
    ).join('\n'),
  );
  const data = ['--data', join(folder, 'site')];

  test('ends an import with one line, and once there is space, the import goes on to the same papers', () => {
    const first = broadsheet(['import', papers, ...data], { fileBlocks: 4 * 1024 });
    expect(first.status).toBe(1);
    expect(first.stderr).toMatch(
      /^broadsheet import: The disk that holds .* is full .*nothing that was acknowledged is lost.*\n$/,
    );
    const again = broadsheet(['import', papers, '--json', ...data]);
    expect(again.status, again.stderr).toBe(0);
    const { read, created, unchanged, faults } = JSON.parse(again.stdout);
    expect(faults).toEqual([]);
    expect([read, created + unchanged]).toEqual([6_000, 6_000]);
    // Whole batches of the first try are there.
    expect(unchanged).toBeGreaterThan(0);
  });

  test.for(['backup', 'export'])('ends a %s with one line and leaves no half of a file', (command) => {
    const file = join(folder, `copy.${command}`);
    const { status, stderr } = broadsheet([command, file, ...data], { fileBlocks: 40 });
    expect(status).toBe(1);
    expect(stderr).toMatch(/cannot be written.*Nothing was left behind; the site is as it was\.\n$/);
    expect(stderr.trimEnd()).not.toContain('\n');
    expect([file, `${file}.partial`].some(existsSync)).toBe(false);
  });
});

test.for(['serve', 'import nothing.ndjson', 'pull', 'doctor'])(
  'a database that cannot be reached ends “%s” with one line that says what to check',
  async (command) => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    await new Promise((resolve) => server.close(resolve));
    const { status, stderr } = broadsheet([...command.split(' '), '--data', join(folder, 'none')], {
      env: { DATABASE_URL: `postgres://who:secret@127.0.0.1:${port}/news` },
    });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^broadsheet \w+: The database at .* cannot be reached; check DATABASE_URL .*\n$/);
    expect(stderr).not.toContain('secret');
    expect(stderr.trimEnd()).not.toContain('\n');
  },
);
