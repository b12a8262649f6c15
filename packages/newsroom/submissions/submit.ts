import { type Schema, transaction } from '@broadsheet/database';
import type { Kysely } from 'kysely';
import { HOUR_MS, type Reader, type Role, takeOne } from '../accounts/index.ts';
import { cleanText } from '../discussion/index.ts';
import type { Host } from '../host/index.ts';
import { GuardError } from './guarded-fetch.ts';
import { type Known, lookUp, type Places, parseNamed } from './look-up.ts';
import { readSubmissionRule, type SubmissionRule } from './rule.ts';

const DAY_MS = 24 * HOUR_MS;
const MAX_COMMENT_CHARS = 2_000;

/** Which rule a proposal does not meet, and why. */
export interface Refusal {
  refused: string;
  rule: 'who' | 'account age' | 'daily cap' | 'paper age' | 'only once' | 'not understood' | 'not found';
  retryAt?: number;
}

export interface Proposal {
  reader: Reader;
  /** What the reader may do now; a token never makes an editor. */
  role: Role;
  /** An arXiv id, a DOI, or the address of its page. */
  what: string;
  comment?: string;
  mediaUrl?: string;
}

export type Submitted = { id: number; paperKey: string };

/** Proposes a paper for an edition. Editors decide; what they decided is told on the submitter's page. */
export async function submitPaper(
  host: Host,
  { reader, role, ...given }: Proposal,
  places: Places = {},
): Promise<Submitted | Refusal> {
  const { db } = host.database;
  const rule = await readSubmissionRule(db);
  const named = parseNamed(given.what);
  const refused = whoMay(rule, reader, role, host.now());
  if (refused) return refused;
  if (!named)
    return {
      refused: 'Send an arXiv id such as 2410.06535, a DOI such as 10.1145/3290605, or the address of its page.',
      rule: 'not understood',
    };
  const comment = cleanText(given.comment ?? '').slice(0, MAX_COMMENT_CHARS);
  const mediaUrl = given.mediaUrl?.trim() || undefined;
  if (mediaUrl && (!/^https?:\/\//i.test(mediaUrl) || !URL.canParse(mediaUrl) || mediaUrl.length > 2_000))
    return { refused: 'The media link must begin with https:// or http://.', rule: 'not understood' };
  const capped = await limited(db, reader, rule, host.now());
  if (capped) return capped;
  let paper: Known;
  try {
    paper = await lookUp(host, named, places);
  } catch (error) {
    if (!(error instanceof GuardError)) host.log.warn('a submitted paper could not be looked up', { error });
    const why = error instanceof GuardError ? error.message : 'It could not be looked up just now; try again later.';
    return { refused: why, rule: 'not found' };
  }
  const old = tooOld(rule, paper, host.now());
  if (old) return old;
  return transaction(host.database, async (tx): Promise<Submitted | Refusal> => {
    const again = await shownBefore(tx, paper);
    if (again) return again;
    const row = await tx
      .insertInto('submission')
      .values({
        ...{ paper_id: paper.id, reader_id: reader.id, comment, media_url: mediaUrl ?? null, state: 'waiting' },
        ...{ submitted_at: host.now(), decided_at: null, decided_by: null, said: null },
      })
      .onConflict((c) => c.doNothing())
      .returning('id')
      .executeTakeFirst();
    return row
      ? { id: row.id, paperKey: paper.key }
      : { refused: 'It waits for the editors already.', rule: 'only once' };
  });
}

function whoMay(rule: SubmissionRule, reader: Reader, role: Role, now: number): Refusal | undefined {
  const isEditor = role !== 'reader';
  if (rule.who === 'nobody') return { refused: 'This site takes no proposals.', rule: 'who' };
  if (rule.who === 'editors' && !isEditor) return { refused: 'Only editors propose papers on this site.', rule: 'who' };
  if (reader.kind !== 'local' && reader.confirmedAt === undefined)
    return { refused: 'Confirm a mail address on your account page first.', rule: 'who' };
  const ageDays = (now - reader.createdAt) / DAY_MS;
  if (isEditor || reader.kind === 'local' || ageDays >= rule.accountDays) return undefined;
  return {
    refused: `An account must be ${rule.accountDays} days old to propose papers; yours is ${Math.floor(ageDays)}.`,
    rule: 'account age',
    retryAt: reader.createdAt + rule.accountDays * DAY_MS,
  };
}

/** Counts tries and not successes: each may ask a server elsewhere. */
async function limited(
  db: Kysely<Schema>,
  reader: Reader,
  rule: SubmissionRule,
  now: number,
): Promise<Refusal | undefined> {
  const since = now - DAY_MS;
  const { count } = await db
    .selectFrom('submission')
    .select((s) => s.fn.countAll<number>().as('count'))
    .where('reader_id', '=', reader.id)
    .where('submitted_at', '>', since)
    .executeTakeFirstOrThrow();
  if (Number(count) >= rule.dailyCap)
    return { refused: `You have proposed ${rule.dailyCap} papers within a day, which is the most.`, rule: 'daily cap' };
  const tries = { name: 'look-ups of', most: rule.dailyCap * 4, windowMs: DAY_MS };
  const over = await takeOne(db, tries, String(reader.id), now);
  return over && { refused: 'You have tried very often today; try again tomorrow.', rule: 'daily cap', ...over };
}

function tooOld(rule: SubmissionRule, paper: Known, now: number): Refusal | undefined {
  if (rule.maxAgeDays === 0 || paper.publishedAt === undefined) return undefined;
  const ageDays = Math.floor((now - paper.publishedAt) / DAY_MS);
  if (ageDays <= rule.maxAgeDays) return undefined;
  return {
    refused: `A paper may be at most ${rule.maxAgeDays} days old; the first version of this one is ${ageDays}.`,
    rule: 'paper age',
  };
}

async function shownBefore(db: Kysely<Schema>, paper: Known): Promise<Refusal | undefined> {
  const feature = await db.selectFrom('feature').select('day').where('paper_id', '=', paper.id).executeTakeFirst();
  if (feature) return { refused: `It is in the edition of ${feature.day} already.`, rule: 'only once' };
  const refusedBefore = await db
    .selectFrom('submission')
    .select('said')
    .where('paper_id', '=', paper.id)
    .where('state', '=', 'refused')
    .executeTakeFirst();
  if (!refusedBefore) return undefined;
  const why = refusedBefore.said ? `: ${refusedBefore.said}` : '.';
  return { refused: `It was proposed before, and the editors did not take it${why}`, rule: 'only once' };
}
