import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'broadsheet-topics-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const FIELDS = [
  'gaussian splatting radiance rendering scene camera geometry texture lighting surface',
  'speech acoustic speaker phoneme prosody vocoder transcription waveform microphone voice',
  'robot gripper manipulation grasping dexterous joint torque teleoperation locomotion arm',
  'legal court contract statute judge litigation clause lawyer jurisdiction verdict',
  'protein folding molecule binding enzyme peptide residue docking ligand antibody',
].map((line) => line.split(' '));

/** A file of papers, each of words of one field; `from` keeps ids apart. */
function papersFile(name: string, count: number, from = 0): string {
  const file = join(folder, name);
  const lines = Array.from({ length: count }, (_, i) => {
    const own = FIELDS[i % FIELDS.length];
    // Words in an order of each paper's own: steps of another size, begun elsewhere.
    const some = (words: number, start: number) =>
      Array.from({ length: words }, (_, w) => own[(start + w * (1 + (i % 7)) + ((w * w * i) % 11)) % own.length]).join(
        ' ',
      );
    return JSON.stringify({
      id: `2601.${String(from + i + 1).padStart(5, '0')}`,
      day: i % 2 === 0 ? '2025-11-10' : '2025-12-08',
      title: `${some(3, i)} ${from + i}`,
      abstract: `${some(8, i)}. ${some(8, i + 3)}. ${some(8, i + 5)}.`,
      authors: ['Ada Löwe'],
      categories: ['cs.LG'],
    });
  });
  writeFileSync(file, lines.join('\n'));
  return file;
}

function broadsheet(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args, '--data', join(folder, 'site')], {
    encoding: 'utf8',
    env: { ...process.env, BROADSHEET_LOG_LEVEL: 'silent', BROADSHEET_PULL: 'false', DATABASE_URL: '' },
  });
  return { status, stdout, stderr };
}
const idsOfTopics = () =>
  broadsheet('topics', 'list', '--limit', '1000', '--json')
    .stdout.split('\n')
    .filter(Boolean)
    .map((line) => (JSON.parse(line) as { id: number }).id)
    .toSorted((a, b) => a - b);
const status = () => JSON.parse(broadsheet('topics', 'status', '--json').stdout);

describe('broadsheet topics begin', { timeout: 600_000 }, () => {
  test('refuses a site with too few papers, sorts them once there are enough, and gives topics up only when asked', () => {
    expect(broadsheet('import', papersFile('few.ndjson', 300)).status).toBe(0);
    const few = broadsheet('topics', 'begin');
    expect(few).toEqual({
      status: 1,
      stdout: '',
      stderr: 'Topics begin with 1,000 papers that have abstracts; there are 300 up to yesterday.\n',
    });
    // Nor does giving up what is not there help.
    expect(broadsheet('topics', 'begin', '--anew')).toEqual(few);
    expect(broadsheet('topics', 'status').stdout).toContain(
      'no stage yet; topics begin with 1000 papers that have abstracts, and there are 300\n',
    );

    expect(broadsheet('import', papersFile('more.ndjson', 750, 300)).status).toBe(0);
    const begun = broadsheet('topics', 'begin');
    expect(begun.stderr).toBe(''); // no progress in a pipe
    expect(begun.status).toBe(0);
    const [, topics] = begun.stdout.match(/^(\d+) topics from 1050 papers of 2 months\n$/) ?? [];
    const first = idsOfTopics();
    expect(first).toEqual(Array.from({ length: Number(topics) }, (_, i) => i + 1));
    expect(first.length).toBeGreaterThanOrEqual(FIELDS.length);
    expect(status()).toMatchObject({ topics: first.length, waiting: 0, newest: { verdict: 'first' } });

    const again = broadsheet('topics', 'begin');
    expect(again).toMatchObject({ status: 1, stdout: '' });
    expect(again.stderr).toBe(
      'This site has topics up to 2025-12-08; only with --anew are they given up for others.\n',
    );
    expect(idsOfTopics()).toEqual(first);

    // Papers that came since are sorted with the others.
    expect(broadsheet('import', papersFile('late.ndjson', 30, 2000)).status).toBe(0);
    const anew = broadsheet('topics', 'begin', '--anew', '--json');
    expect(anew.status).toBe(0);
    expect(JSON.parse(anew.stdout)).toEqual({ topics: expect.any(Number), papers: 1080, stages: 2 });
    const second = idsOfTopics();
    // New numbers, which go on after those that were given up.
    expect(Math.min(...second)).toBe(first.length + 1);
    expect(second).toHaveLength(JSON.parse(anew.stdout).topics);
    const { assigned, apart, waiting, otherEncoder } = status();
    expect([assigned + apart, waiting, otherEncoder]).toEqual([1080, 0, undefined]);
    // The papers are as they were.
    expect(broadsheet('search', 'speech vocoder', '--json').stdout).toContain('2601.');
    // What topics began with is not taken back.
    expect(broadsheet('topics', 'rollback')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('began with'),
    });
  });

  test('is misused with another word, and says which there are', () => {
    const { status, stderr } = broadsheet('topics', 'start');
    expect(status).toBe(2);
    expect(stderr).toContain('topics takes list, status, stage, rollback or begin; got "start".');
  });
});
