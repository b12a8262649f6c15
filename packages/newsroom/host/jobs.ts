import { type Jobs, openJobs } from '@broadsheet/database/jobs';
import type { Host } from './index.ts';

const opened = new WeakMap<Host, Promise<Jobs>>();

/** The jobs of a site, in which runs of the lab and work of decisions wait; opened when the first is asked for or a worker starts. */
export function siteJobs(host: Host): Promise<Jobs> {
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

/** Part of closing a host. */
export async function closeSiteJobs(host: Host): Promise<void> {
  const jobs = opened.get(host);
  opened.delete(host);
  await (await jobs)?.close();
}
