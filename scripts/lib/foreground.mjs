import { spawn } from 'node:child_process';

const ORPHAN_POLL_MS = 500;

/**
 * Runs a program in our place: its output is ours, signals go on to it, and its exit code comes back. npm passes a signal
 * to its shell alone, which dies of it and tells us nothing: so under npm the program is also ended when our parent is gone.
 */
export function runForeground(program, args, options = {}) {
  const child = spawn(program, args, { stdio: 'inherit', ...options });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  if (process.env.npm_lifecycle_event) endWithParent(child);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? (signal ? 1 : 0)));
  });
}

function endWithParent(child) {
  const parent = process.ppid;
  const poll = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(poll);
    child.kill('SIGTERM');
  }, ORPHAN_POLL_MS);
  poll.unref();
}
