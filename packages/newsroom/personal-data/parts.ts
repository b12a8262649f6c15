import type { Schema } from '@broadsheet/database';
import type { Kysely } from 'kysely';
import { findReader } from '../accounts/index.ts';
import { exportDecisions, forgetDecisions } from '../decisions/index.ts';
import { exportSubscriptions, forgetMailOf } from '../digest/index.ts';
import { exportComments, forgetComments } from '../discussion/index.ts';
import type { Host } from '../host/index.ts';
import { exportLibrary, forgetLibrary } from '../library/index.ts';
import { exportNotifications, forgetNotifications } from '../notifications/index.ts';
import { exportSubmissions, forgetSubmissions } from '../submissions/index.ts';
import { exportVotes, forgetVotes } from '../votes/index.ts';
import { account } from './account.ts';

/** What one room keeps of a reader: what it gives them of it, and what becomes of it when they leave. */
export interface PersonalData {
  /** Its name in the export. */
  name: string;
  exportFor(host: Host, db: Kysely<Schema>, readerId: number): Promise<unknown>;
  /** Inside the transaction that deletes the account; afterwards only the row of a "deleted reader" is left. */
  forget(host: Host, db: Kysely<Schema>, readerId: number): Promise<void>;
}

/** Every room that keeps something of a reader. Adding one is one line. */
export const PARTS: PersonalData[] = [
  {
    name: 'votes',
    exportFor: (_host, db, readerId) => exportVotes(db, readerId),
    forget: (host, db, readerId) => forgetVotes(host.database, db, readerId, host.now()),
  },
  {
    name: 'discussion',
    exportFor: (_host, db, readerId) => exportComments(db, readerId),
    forget: (_host, db, readerId) => forgetComments(db, readerId),
  },
  {
    name: 'library',
    exportFor: (_host, db, readerId) => exportLibrary(db, readerId),
    forget: (_host, db, readerId) => forgetLibrary(db, readerId),
  },
  {
    name: 'submissions',
    exportFor: (_host, db, readerId) => exportSubmissions(db, readerId),
    forget: (_host, db, readerId) => forgetSubmissions(db, readerId),
  },
  {
    name: 'notifications',
    exportFor: (_host, db, readerId) => exportNotifications(db, readerId),
    forget: (_host, db, readerId) => forgetNotifications(db, readerId),
  },
  {
    name: 'decisions',
    exportFor: (_host, db, readerId) => exportDecisions(db, readerId),
    forget: (host, db, readerId) => forgetDecisions(db, readerId, host.now()),
  },
  {
    name: 'mail',
    async exportFor(_host, db, readerId) {
      const reader = await findReader(db, readerId);
      return reader?.email ? exportSubscriptions(db, reader.email) : [];
    },
    async forget(_host, db, readerId) {
      const reader = await findReader(db, readerId);
      if (reader?.email) await forgetMailOf(db, reader.email);
    },
  },
  // Last: it takes the name off what the others have kept.
  account,
];
