import type { Schema } from '../schema.ts';

/** A table of a backup, and the key by which it is read. */
export interface BackupTable {
  name: keyof Schema & string;
  key: string[];
  /** Whether the store numbers its rows itself. */
  hasIdentity?: boolean;
}

/** The tables of a backup, parents before children. A test fails when a table is neither here nor in LEFT_OUT. */
export const TABLES: BackupTable[] = [
  { name: 'setting', key: ['key'] },
  { name: 'sequence', key: ['name'] },
  { name: 'paper', key: ['id'], hasIdentity: true },
  { name: 'paper_alias', key: ['kind', 'value'] },
  { name: 'removed_paper', key: ['id'] },
  { name: 'paper_version', key: ['paper_id', 'version'] },
  { name: 'author', key: ['id'], hasIdentity: true },
  { name: 'paper_author', key: ['paper_id', 'position'] },
  { name: 'paper_category', key: ['category', 'listed_on', 'paper_id'] },
  { name: 'paper_count', key: ['paper_id', 'source', 'kind'] },
  { name: 'repository', key: ['name'] },
  { name: 'repository_stars', key: ['repository', 'day'] },
  { name: 'edition', key: ['day'] },
  { name: 'feature', key: ['paper_id'] },
  { name: 'edition_entry', key: ['day', 'rank'] },
  { name: 'reader', key: ['id'], hasIdentity: true },
  { name: 'reader_identity', key: ['provider', 'subject'] },
  { name: 'reader_password', key: ['reader_id'] },
  { name: 'passkey', key: ['credential_id'] },
  { name: 'api_token', key: ['id'], hasIdentity: true },
  { name: 'audit_event', key: ['id'], hasIdentity: true },
  { name: 'vote_burst', key: ['id'], hasIdentity: true },
  { name: 'vote', key: ['reader_id', 'paper_id'] },
  { name: 'vote_event', key: ['id'], hasIdentity: true },
  { name: 'comment', key: ['id'], hasIdentity: true },
  { name: 'comment_version', key: ['comment_id', 'version'] },
  { name: 'comment_reaction', key: ['comment_id', 'reader_id', 'reaction'] },
  { name: 'comment_report', key: ['comment_id', 'reader_id'] },
  { name: 'discussion_lock', key: ['paper_id'] },
  { name: 'submission', key: ['id'], hasIdentity: true },
  { name: 'authorship', key: ['paper_id', 'reader_id'] },
  { name: 'paper_orcid', key: ['paper_id', 'orcid'] },
  { name: 'shelf', key: ['id'], hasIdentity: true },
  { name: 'shelved', key: ['shelf_id', 'paper_id'] },
  { name: 'unwanted', key: ['reader_id', 'paper_id'] },
  { name: 'proposed_once', key: ['reader_id'] },
  { name: 'shown_paper', key: ['reader_id', 'paper_id'] },
  { name: 'reading_event', key: ['id'], hasIdentity: true },
  { name: 'notification', key: ['id'], hasIdentity: true },
  { name: 'notification_switch', key: ['reader_id', 'kind', 'channel'] },
  { name: 'saved_search', key: ['id'] },
  { name: 'source_state', key: ['source'] },
  { name: 'subscriber', key: ['id'], hasIdentity: true },
  { name: 'subscription', key: ['id'], hasIdentity: true },
  { name: 'issue', key: ['id'], hasIdentity: true },
  { name: 'issue_paper', key: ['issue_id', 'paper_id'] },
  { name: 'suppression', key: ['address_hash'] },
  { name: 'topic_stage', key: ['id'] },
  { name: 'topic', key: ['id'] },
  { name: 'topic_name', key: ['topic_id', 'version'] },
  { name: 'topic_assignment', key: ['paper_id'] },
  { name: 'topic_count', key: ['topic_id', 'stage_id'] },
  { name: 'topic_action', key: ['id'], hasIdentity: true },
  { name: 'topic_model', key: ['name'] },
  { name: 'lab_run', key: ['id'] },
  { name: 'decision', key: ['id'] },
  { name: 'decision_member', key: ['decision_id', 'reader_id'] },
  { name: 'decision_event', key: ['decision_id', 'seq'] },
  { name: 'decision_call', key: ['id'], hasIdentity: true },
  { name: 'decision_invitation', key: ['id'] },
  { name: 'model_endpoint', key: ['id'] },
];

/** Tables that stay behind, and why. */
export const LEFT_OUT: Record<string, string> = {
  migration: 'the first line of the file says which migrations its rows have; restore makes the tables from it',
  lease: 'held by running processes',
  letter: 'a copy of a site that goes on beside the first must not send its mails a second time',
  reader_session: 'a restored site asks its readers to sign in again',
  ceremony: 'sign-ins that were under way',
  rate_limit: 'counts of the last hours',
  job: 'a copy of a site that goes on beside the first must not send its mails a second time; pg-boss keeps its own',
  kept_answer: 'answers of sources, asked for again at need',
  decision_task: 'work in hand; a restored site is asked for it again',
  lab_unit: 'parts of runs that are not finished; a restored run begins anew',
  lab_event: 'what readers of a run in hand are told; the finished run holds it all',
};
