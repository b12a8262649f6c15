import type { ChildProcess } from 'node:child_process';

/** The first word of a process, or its end when it ends without one. */
export function spoken(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('message', () => resolve());
    child.once('exit', () => resolve());
  });
}

/** Kills a process and waits until it is gone; one that had ended by itself is gone already. */
export async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}
