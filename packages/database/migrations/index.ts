import type { Migration } from 'kysely/migration';
import * as papers from './0001-papers.ts';
import * as experiments from './0002-experiments.ts';
import * as mail from './0030-mail.ts';

/** Every migration, in order. One that has shipped is never edited; adding one is one file and one line here. */
export const migrations: Record<string, Migration> = {
  '0001-papers': papers,
  '0002-experiments': experiments,
  '0030-mail': mail,
};
