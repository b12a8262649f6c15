import type { ColumnType, Generated } from 'kysely';

/**
 * The tables, as both dialects hold them.
 *
 * Instants (`*_at`) are epoch milliseconds in UTC; calendar days (`day`, `*_on`) are 'YYYY-MM-DD' in the site's zone;
 * flags are 0 or 1; `*_json` columns hold JSON text. One portable shape, so that one set of queries serves both.
 */
export interface Schema {
  setting: { key: string; value_json: string };
  sequence: { name: string; value: number };
  lease: { name: string; owner: string; until_at: number };
  decision: {
    id: string;
    owner_id: number;
    title: string;
    phase: string;
    paper_id: number | null;
    review_on: string | null;
    created_at: number;
    updated_at: number;
    head_seq: number;
    head_hash: string;
    /** The review date of which letters have told. */
    reminded_for: Generated<string | null>;
  };
  decision_member: { decision_id: string; reader_id: number; role: string };
  decision_event: {
    decision_id: string;
    seq: number;
    type: string;
    actor: string;
    at: string;
    payload_json: string | null;
    salt: string | null;
    payload_hash: string;
    prev_hash: string;
    hash: string;
  };
  decision_call: {
    id: Generated<number>;
    decision_id: string;
    state: string;
    tokens: number;
    /** Millionths of the site's currency. */
    micros: Generated<number>;
    at: Generated<number>;
    lease_until: number;
  };
  decision_invitation: {
    id: string;
    decision_id: string;
    role: string;
    /** Who is invited by name; by a link, nobody in particular. */
    reader_id: number | null;
    token_hash: string | null;
    created_at: number;
    expires_at: number;
  };
  decision_task: {
    id: string;
    decision_id: string;
    kind: string;
    input_json: string;
    asked_by: number;
    state: string;
    said: string | null;
    created_at: number;
    started_at: number | null;
    finished_at: number | null;
    cancel_asked_by: number | null;
  };
  decision_request: {
    reader_id: number;
    key_hash: string;
    decision_id: string;
    what_hash: string;
    state: 'in hand' | 'done';
    head_seq: number;
    at: number;
  };
  model_endpoint: {
    id: string;
    label: string;
    base_url: string;
    model: string;
    sealed_key: string | null;
    window_tokens: number;
    price_in: Generated<number>;
    price_out: Generated<number>;
    added_at: number;
  };
  paper: PaperTable;
  paper_alias: { kind: AliasKind; value: string; paper_id: number };
  removed_paper: { id: number; short_id: string; merged_into: number | null; changed_seq: number };
  paper_version: {
    paper_id: number;
    version: number;
    submitted_at: number | null;
    size: string | null;
    comment: string | null;
    is_withdrawal: number;
    seen_at: number;
  };
  author: { id: Generated<number>; slug: string; name: string };
  paper_author: { paper_id: number; position: number; author_id: number };
  paper_category: { category: string; paper_id: number; listed_on: string };
  paper_count: { paper_id: number; source: string; kind: CountKind; value: number; as_of: number };
  repository: {
    name: string;
    stars: number | null;
    stars_per_day: number | null;
    etag: string | null;
    checked_at: number | null;
    gone_at: number | null;
  };
  repository_stars: { repository: string; day: string; stars: number };
  edition: { day: string; number: number; closed_at: number | null };
  feature: {
    paper_id: number;
    day: string;
    by: FeaturedBy;
    source: string;
    featured_at: number;
    /** From 1, where an editor put it first; see the migration. */
    place: ColumnType<number | null, number | null | undefined, number | null>;
  };
  edition_entry: { day: string; rank: number; paper_id: number; votes: number; comments: number; stars: number | null };
  reader: ReaderTable;
  reader_identity: { provider: string; subject: string; reader_id: number; label: string; linked_at: number };
  reader_password: { reader_id: number; hash: string; changed_at: number };
  passkey: {
    credential_id: string;
    reader_id: number;
    name: string;
    public_key: string;
    counter: number;
    transports_json: string;
    created_at: number;
    used_at: number | null;
  };
  reader_session: {
    id: Generated<number>;
    /** SHA-256 of what the browser holds; so with api_token and ceremony. */
    secret_hash: string;
    reader_id: number;
    /** How it was opened: mail, passkey, password, token, or a provider's id. */
    way: string;
    agent: string;
    created_at: number;
    seen_at: number;
    expires_at: number;
  };
  api_token: {
    id: Generated<number>;
    secret_hash: string;
    reader_id: number;
    name: string;
    scopes_json: string;
    created_at: number;
    used_at: number | null;
    expires_at: number | null;
  };
  ceremony: { secret_hash: string; kind: string; payload_json: string; expires_at: number };
  rate_limit: { key: string; taken: number; until_at: number };
  audit_event: {
    id: Generated<number>;
    at: number;
    actor_id: number | null;
    action: string;
    subject: string;
    detail_json: string;
  };
  vote: { reader_id: number; paper_id: number; cast_at: number; standing: Generated<VoteStanding> };
  saved_search: { id: string; reader_id: number; name: string; query: string; created_at: number };
  vote_event: {
    id: Generated<number>;
    reader_id: number;
    paper_id: number;
    is_on: number;
    at: number;
    /** What it did to the count: 1, 0 or -1. */
    step: number;
    cause: Generated<VoteCause>;
  };
  vote_burst: {
    id: Generated<number>;
    paper_id: number;
    opened_at: number;
    decision: 'released' | 'discarded' | null;
    decided_at: number | null;
    decided_by: number | null;
  };
  comment: {
    id: Generated<number>;
    key: string;
    paper_id: number;
    reader_id: number;
    reply_to: number | null;
    text: string;
    created_at: number;
    edited_at: number | null;
    /** By an editor. */
    hidden_at: number | null;
    /** By whoever wrote it. */
    removed_at: number | null;
  };
  /** What a comment said before it was edited. */
  comment_version: { comment_id: number; version: number; text: string; written_at: number };
  comment_reaction: { comment_id: number; reader_id: number; reaction: string; at: number };
  comment_report: {
    comment_id: number;
    reader_id: number;
    reason: string;
    at: number;
    decided_at: number | null;
    decision: 'hidden' | 'kept' | null;
  };
  discussion_lock: { paper_id: number; locked_at: number };
  notification: {
    id: Generated<number>;
    reader_id: number;
    kind: string;
    comment_id: number;
    at: number;
    seen_at: number | null;
  };
  notification_switch: { reader_id: number; kind: string; channel: 'page' | 'mail'; is_on: number };
  submission: {
    id: Generated<number>;
    paper_id: number;
    reader_id: number;
    comment: string;
    media_url: string | null;
    state: 'waiting' | 'accepted' | 'refused';
    submitted_at: number;
    decided_at: number | null;
    decided_by: number | null;
    said: string | null;
  };
  authorship: {
    paper_id: number;
    reader_id: number;
    state: 'asked' | 'confirmed' | 'refused';
    by: 'editor' | 'orcid' | null;
    asked_at: number;
    decided_at: number | null;
  };
  paper_orcid: { paper_id: number; orcid: string };
  shelf: { id: Generated<number>; reader_id: number; name: string; created_at: number };
  shelved: { shelf_id: number; paper_id: number; added_at: number };
  unwanted: { reader_id: number; paper_id: number; at: number };
  proposed_once: { reader_id: number; since: number };
  shown_paper: { reader_id: number; paper_id: number; place: string; at: number };
  reading_event: {
    id: Generated<number>;
    reader_id: number;
    paper_id: number;
    kind: string;
    place: string;
    at: number;
  };
  source_state: {
    source: string;
    cursor_json: string | null;
    last_success_at: number | null;
    last_failure_at: number | null;
    last_error: string | null;
    failures_in_a_row: number;
    records_read: number;
    papers_new: number;
    next_at: number | null;
  };
  kept_answer: { address_hash: string; kept_until: number; body: string };
  subscriber: SubscriberTable;
  subscription: {
    id: Generated<number>;
    subscriber_id: number;
    feed: string;
    pace: Pace;
    created_at: number;
    confirmed_at: number | null;
    left_at: number | null;
    next_at: number | null;
    last_period: string | null;
  };
  issue: {
    id: Generated<number>;
    slug: string;
    feed: string;
    pace: Pace;
    period: string;
    covers_from: string;
    covers_until: string;
    content_json: string;
    hash: string;
    frozen_at: number;
  };
  issue_paper: { issue_id: number; paper_id: number; rank: number | null };
  letter: LetterTable;
  suppression: { address_hash: string; reason: SuppressionReason; detail: string | null; at: number };
  job: {
    id: Generated<number>;
    queue: string;
    payload_json: string;
    singleton_key: string | null;
    state: ColumnType<JobState, JobState | undefined, JobState>;
    run_at: number;
    attempts: number;
    max_attempts: number;
    lease_owner: string | null;
    leased_until: number | null;
    last_error: string | null;
    created_at: number;
    finished_at: number | null;
  };
  topic_stage: {
    id: number;
    kind: TopicStageKind;
    from_day: string;
    to_day: string;
    /** Computed once and shipped, or by this site. */
    origin: 'almanac' | 'site';
    state: 'done' | 'rolled-back';
    papers: number;
    candidates: number;
    statistic: number;
    share: number;
    usual_share: number;
    born: number;
    verdict: TopicVerdict;
    report_json: string | null;
    input_hash: string;
    model: string;
    started_at: number;
    finished_at: number;
  };
  topic: {
    id: number;
    born_stage_id: number;
    born_from_json: string | null;
    name_by_editor: string | null;
    merged_into: number | null;
    hidden_at: number | null;
    /** Its stage was taken back; the same stage run again brings it back. */
    withdrawn_at: number | null;
    last_seen_stage_id: number;
    prototype_b64: string;
    head_b64: string;
    threshold: number;
    created_at: number;
  };
  topic_name: {
    topic_id: number;
    version: number;
    stage_id: number;
    name: string;
    words_json: string;
    why: 'birth' | 'drift';
  };
  topic_assignment: {
    paper_id: number;
    head_id: number | null;
    topic_id: number | null;
    runner_up_id: number | null;
    probability: number;
    margin: number;
    words_json: string;
    had_abstract: number;
    stage_id: number | null;
    assigned_at: number;
  };
  topic_count: { topic_id: number; stage_id: number; papers: number; words_json: string };
  topic_action: {
    id: Generated<number>;
    topic_id: number;
    kind: TopicActionKind;
    detail_json: string;
    reader_id: number | null;
    at: number;
    undone_at: number | null;
  };
  topic_model: { name: string; value_json: string };
  lab_run: LabRunTable;
  lab_unit: { run_id: string; key: string; result_json: string };
  lab_event: { run_id: string; seq: number; events_json: string };
}

export interface LabRunTable {
  id: string;
  experiment: string;
  size: string;
  parameters_json: string;
  seeds: number;
  state: LabRunState;
  /** Whoever asked, as a fingerprint of the address: enough to count by, nothing to find anyone by. */
  asked_by: string;
  created_at: number;
  started_at: number | null;
  finished_at: number | null;
  cancel_asked_at: number | null;
  attempts: ColumnType<number, number | undefined, number>;
  progress_json: string | null;
  /** Why it failed or was ended, for the reader. */
  said: string | null;
  result_json: string | null;
}
export type LabRunState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled';

export interface PaperTable {
  id: Generated<number>;
  /** Address for papers without an arXiv id: 8 base-32 characters, assigned once. */
  short_id: string;
  arxiv_id: string | null;
  title: string;
  abstract: string | null;
  authors_json: string;
  author_count: number;
  categories_json: string;
  primary_category: string | null;
  keywords_json: string;
  comment: string | null;
  journal_ref: string | null;
  venue: string | null;
  doi: string | null;
  openreview_id: string | null;
  license: string | null;
  summary: string | null;
  summary_by: string | null;
  project_url: string | null;
  repository: string | null;
  organization: string | null;
  organization_slug: string | null;
  latest_version: number | null;
  published_at: number | null;
  updated_at: number | null;
  /** The papers-day on which the paper was announced or first seen; orders /papers/new. Set once. */
  listed_on: string;
  first_seen_at: number;
  withdrawn_at: number | null;
  withdrawn_reason: string | null;
  /** Sum of what sources reported (paper_count) and of our readers' votes; kept in step by the writers. */
  imported_votes: number;
  reader_votes: number;
  imported_comments: number;
  reader_comments: number;
  /** The method of its experiment, e.g. 'connectivity'; null when none runs here. */
  experiment: string | null;
  changed_seq: number;
}

export interface SubscriberTable {
  id: Generated<number>;
  address: string;
  state: 'asked' | 'active' | 'left' | 'stopped';
  /** When they want their mail, on their own clock. */
  hour: number;
  zone: string;
  paused_at: number | null;
  link_epoch: Generated<number>;
  /** Where and from which network the address was entered. */
  consent_source: string;
  created_at: number;
  confirmed_at: number | null;
  left_at: number | null;
  soft_bounces: Generated<number>;
}

export interface LetterTable {
  id: Generated<number>;
  /** Who posts the same key twice has posted one letter. */
  key: string;
  kind: string;
  priority: number;
  state: LetterState;
  to_address: string;
  domain: string;
  body_json: string | null;
  issue_id: number | null;
  subscriber_id: number | null;
  subscription_id: number | null;
  /** Names this letter in its envelope's sender, so that a bounce tells which one it was. */
  bounce_token: string;
  attempts: Generated<number>;
  next_at: number;
  /** The process that has it in hand while `sending`. */
  sender: string | null;
  sending_at: number | null;
  settled_at: number | null;
  last_error: string | null;
  bounced_at: number | null;
  created_at: number;
}

export type Pace = 'daily' | 'weekly' | 'monthly';
export type LetterState = 'queued' | 'sending' | 'sent' | 'failed' | 'unknown';
export type SuppressionReason = 'hard-bounce' | 'soft-bounces' | 'complaint' | 'asked';
export interface ReaderTable {
  id: Generated<number>;
  /** 'local' for the one reader of a site without accounts, 'account', 'imported', or 'deleted'. */
  kind: string;
  name: string;
  role: string;
  created_at: number;
  /** How others name the reader: @handle. */
  handle: ColumnType<string | null, string | null | undefined, string | null>;
  /** Lower case; only ever an address that was confirmed. */
  email: ColumnType<string | null, string | null | undefined, string | null>;
  /** Since when the reader's votes count. */
  confirmed_at: ColumnType<number | null, number | null | undefined, number | null>;
  locked_at: ColumnType<number | null, number | null | undefined, number | null>;
  deleted_at: ColumnType<number | null, number | null | undefined, number | null>;
}

export type TopicStageKind = 'month' | 'week';
export type TopicVerdict = 'first' | 'empty' | 'nothing-new' | 'born';
export type TopicActionKind = 'rename' | 'merge' | 'split' | 'hide';
export type AliasKind = 'arxiv' | 'doi' | 'openreview' | 'title';
export type CountKind = 'votes' | 'comments' | 'stars';
export type FeaturedBy = 'source' | 'editor' | 'site' | 'edition-zero';
/** Whether a vote counts: 'waiting' for its account's confirmation, 'held' in a burst under review, 'discarded' after it. */
export type VoteStanding = 'counted' | 'waiting' | 'held' | 'discarded';
export type VoteCause = 'reader' | 'burst' | 'confirmed' | 'released' | 'discarded' | 'deleted';
export type JobState = 'queued' | 'running' | 'done' | 'failed';
