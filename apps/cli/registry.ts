import type { Command } from './command.ts';

/** Every command, loaded when called. Adding one is one file and one line here. */
export const commands: Record<string, () => Promise<{ command: Command }>> = {
  serve: () => import('./commands/serve.ts'),
  worker: () => import('./commands/worker.ts'),
  pull: () => import('./commands/pull.ts'),
  import: () => import('./commands/import.ts'),
  export: () => import('./commands/export.ts'),
  backup: () => import('./commands/backup.ts'),
  restore: () => import('./commands/restore.ts'),
  search: () => import('./commands/search.ts'),
  similar: () => import('./commands/similar.ts'),
  train: () => import('./commands/train.ts'),
  digest: () => import('./commands/digest.ts'),
  mail: () => import('./commands/mail.ts'),
  run: () => import('./commands/run.ts'),
  topics: () => import('./commands/topics.ts'),
  decisions: () => import('./commands/decisions.ts'),
  'admin-token': () => import('./commands/admin-token.ts'),
  doctor: () => import('./commands/doctor.ts'),
};
