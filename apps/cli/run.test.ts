import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunResult } from '@broadsheet/newsroom/lab';
import { afterAll, describe, expect, test, vi } from 'vitest';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'broadsheet-run-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const params = (given: Record<string, number>) => Object.entries(given).flatMap(([k, v]) => ['--param', `${k}=${v}`]);
const SMALL = params({ units: 8, iterations: 20, batch: 4, probeTrials: 2, linearScale: 1 });

const storedUnits = () => {
  const units = join(folder, 'lab', 'units');
  return existsSync(units)
    ? (readdirSync(units, { recursive: true }) as string[]).filter((n) => n.endsWith('.json'))
    : [];
};

/** The command as a shell starts it, without a terminal; `onStart` may stop it. */
function broadsheet(args: string[], onStart?: (stop: () => void) => unknown) {
  return new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve, reject) => {
    const child = spawn(process.execPath, [MAIN, 'run', ...args, '--data', folder], {
      env: { ...process.env, BROADSHEET_RUNTIMES: 'off', BROADSHEET_LOG_LEVEL: 'silent' },
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    child.once('error', reject);
    child.once('exit', (code) => resolve({ code, stdout, stderr }));
    onStart?.(() => child.kill('SIGINT'));
  });
}

describe('broadsheet run', { timeout: 240_000 }, () => {
  test('writes the result, and a replay of it is identical; another executor or a changed verdict is told', async () => {
    const file = join(folder, 'result.json.gz');
    const asked = ['connectivity', '--seeds', '2', '--workers', '1', ...SMALL];
    const first = await broadsheet([...asked, '--json', '--out', file]);
    expect(first.stderr).toBe(''); // no progress in a pipe
    expect(first.code).toBe(0);
    const result = JSON.parse(first.stdout) as RunResult;
    expect(result).toMatchObject({ experiment: 'connectivity', size: 'live', seeds: [1, 2] });
    expect(result.parameters.units).toBe(8);

    const replayed = await broadsheet(['--replay', file, '--workers', '1']);
    expect(replayed).toMatchObject({ code: 0, stdout: 'identical\n' });

    const part = await broadsheet(['--replay', file, '--part', 'rank/2AF/8', '--workers', '1', '--confirm']);
    expect(part).toMatchObject({ code: 0, stdout: 'identical\n' });
    expect(JSON.parse(readFileSync(join(folder, 'result.confirmed.json'), 'utf8'))).toMatchObject({
      record: result.hash,
      sourcesHash: result.sourcesHash,
      parts: ['rank/2AF/8'],
    });
    const strange = await broadsheet(['--replay', file, '--part', 'rank/none']);
    expect(strange).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('has no part "rank/none" at size live; it has'),
    });

    const altered = join(folder, 'altered.json');
    const verdicts = result.verdicts.map((verdict) => ({ ...verdict, verdict: 'supported' }));
    const measures = { ...result.outcomes[0].measures, linearRise: 0 };
    writeFileSync(
      altered,
      JSON.stringify({ ...result, verdicts, outcomes: [{ ...result.outcomes[0], measures }, result.outcomes[1]] }),
    );
    const different = await broadsheet(['--replay', altered, '--workers', '1', '--json']);
    expect(different.code).toBe(1);
    expect(JSON.parse(different.stdout)).toMatchObject({ word: 'different' });
    expect(different.stdout).toContain('the record is not what its hash says');
    const unconfirmed = await broadsheet(['--replay', altered, '--part', 'linear', '--workers', '1', '--confirm']);
    expect(unconfirmed).toMatchObject({ code: 1, stdout: expect.stringMatching(/^different\n/) });
    expect(existsSync(join(folder, 'altered.confirmed.json'))).toBe(false);
    expect(readFileSync(file).length).toBeGreaterThan(1000);
  });

  test.each([
    [['nothing'], 'There is no experiment "nothing"; there are connectivity'],
    [['connectivity', '--size', 'huge'], '--size is "huge"; it takes live, full, paper.'],
    [['connectivity', '--seeds', '0'], 'seeds is "0"; it takes a whole number from 1 to 1000.'],
    [['connectivity', '--param', 'units=1'], 'units is "1"; it takes a whole number from 8 to 300.'],
    [['connectivity', '--param', 'units'], '--param is "units"; it takes KEY=VALUE.'],
    [['--replay', 'absent.json'], 'absent.json cannot be read as a result'],
  ])('%j is misused, and says how', async (args, said) => {
    const { code, stdout, stderr } = await broadsheet(args);
    expect(stderr).toContain(said);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  test('Ctrl-C ends it at once and says that finished parts are kept', async () => {
    const slow = params({ units: 8, iterations: 20_000, batch: 4, probeTrials: 2 });
    const { code, stderr } = await broadsheet(
      ['connectivity', '--seeds', '2', '--workers', '1', ...slow],
      async (stop) => {
        // The first part is the linear network; once it is stored, the long one is at work.
        await vi.waitFor(() => expect(storedUnits()).not.toEqual([]), { timeout: 200_000, interval: 100 });
        stop();
      },
    );
    expect(stderr).toContain('Stopped. Finished parts are kept');
    expect(code).toBe(1);
    expect(storedUnits()).toHaveLength(1);
  });
});
