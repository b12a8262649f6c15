import { type Jobs, openJobs } from '@broadsheet/database/jobs';
import type { Host } from '../host/index.ts';

const opened = new WeakMap<Host, Promise<Jobs>>();

/** The jobs that the lab's runs wait in; opened when the first run is asked for or the worker starts. */
export function labJobs(host: Host): Promise<Jobs> {
  const known = opened.get(host);
  if (known) return known;
  const log = (level: 'info' | 'warn', message: string, fields: Record<string, unknown>) =>
    host.log[level](message, fields);
  const jobs = openJobs(host.database, { now: host.now, log });
  opened.set(host, jobs);
  // A store that was away for a moment must not be remembered as the answer.
  jobs.catch(() => opened.delete(host));
  return jobs;
}

export async function closeLabJobs(host: Host): Promise<void> {
  const jobs = opened.get(host);
  opened.delete(host);
  await (await jobs)?.close();
}
