import type { JobStateName } from './jobs.ts';

/** The schema of a store's jobs: beside the default one, or beside the one a test has to itself. */
export function jobsSchema({ schema }: { schema?: string }): string {
  return schema ? `${schema}_jobs` : 'broadsheet_jobs';
}

/** What pg-boss calls the states of a job. */
export const STATE: Record<string, JobStateName> = {
  created: 'queued',
  retry: 'queued',
  active: 'running',
  completed: 'done',
  cancelled: 'failed',
  failed: 'failed',
};
