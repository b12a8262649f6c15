import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const FOREGROUND = new URL('./lib/foreground.mjs', import.meta.url).href;

/** As npm does: a shell that runs the script, and takes a signal without passing it on. */
describe.skipIf(process.platform === 'win32')('a program that runs in the foreground', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'broadsheet-foreground-'));
    const program =
      "console.log(process.pid); setInterval(() => {}, 1000); process.on('SIGTERM', () => process.exit(0));";
    writeFileSync(join(folder, 'program.mjs'), program);
    writeFileSync(
      join(folder, 'start.mjs'),
      `import { runForeground } from '${FOREGROUND}';\nprocess.exit(await runForeground(process.execPath, ['${join(folder, 'program.mjs')}']));`,
    );
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const isAlive = (pid: number) => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };

  async function begin(npm: boolean) {
    const env = { ...process.env, npm_lifecycle_event: npm ? 'start' : '' };
    const shell = spawn('sh', ['-c', `${process.execPath} ${join(folder, 'start.mjs')}; exit $?`], { env });
    const program = Number(
      await new Promise<string>((resolve) => shell.stdout.once('data', (data) => resolve(`${data}`))),
    );
    return { shell, program };
  }

  test('ends when npm’s shell is told to stop and takes the signal for itself', async () => {
    const { shell, program } = await begin(true);
    expect(isAlive(program)).toBe(true);
    shell.kill('SIGTERM');
    await expect.poll(() => isAlive(program), { timeout: 10_000 }).toBe(false);
  });

  test('outlives a shell that is not npm’s, as whatever was put into the background does', async () => {
    const { shell, program } = await begin(false);
    const gone = new Promise((resolve) => shell.once('exit', resolve));
    shell.kill('SIGTERM');
    await gone;
    // Three times as long as it would take.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(isAlive(program)).toBe(true);
    process.kill(program, 'SIGTERM');
    await expect.poll(() => isAlive(program), { timeout: 10_000 }).toBe(false);
  });
});
