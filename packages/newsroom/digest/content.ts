import { createHash } from 'node:crypto';
import type { Pace } from '@broadsheet/database';
import type { FeedEntry } from '../editions/index.ts';
import type { Host } from '../host/index.ts';
import { plainText } from '../papers/index.ts';
import { type StarsGained, starsOfWeek } from './stars.ts';

/** A paper as an issue shows it, for ever: no later vote or correction changes it. */
export interface IssuePaper {
  id: number;
  /** Last part of its address. */
  key: string;
  title: string;
  authors: string[];
  authorCount: number;
  organization?: string;
  summary?: { text: string; by?: string };
  votes: number;
  comments: number;
  experiment?: string;
  /** Why it is there: '12 votes', 'code', '+340 stars this week'. */
  reasons: string[];
}

/** All that an issue says, whoever reads it. */
export interface IssueContent {
  /** The feed's name: 'The papers of the day', 'Trending', '“rivers”'. */
  feedTitle: string;
  /** What it is about: 'Wednesday, 14 January 2026'. */
  title: string;
  pace: Pace;
  /** The page of the same list. */
  address: string;
  papers: IssuePaper[];
  /** Papers of the list that the issue passes over. */
  more: number;
  notice?: string;
}

/** Authors that are named; the rest are counted. */
const NAMED_AUTHORS = 3;
const LEAD_CHARS = 420;
const SUMMARY_CHARS = 240;

/** The papers of an issue, in the given order. */
export async function issuePapers(host: Host, entries: FeedEntry[]): Promise<IssuePaper[]> {
  const gained = await starsOfWeek(host, entries);
  return entries.map((entry, index) => ({
    id: entry.id,
    key: entry.key,
    title: plainText(entry.title),
    authors: entry.authors.slice(0, NAMED_AUTHORS),
    authorCount: entry.authors.length,
    organization: entry.organization?.name,
    summary: summaryOf(entry, index === 0),
    votes: entry.votes,
    comments: entry.comments,
    experiment: entry.experiment,
    reasons: reasonsOf(entry, gained.get(entry.id)),
  }));
}

/** The lead gets two sentences where its abstract has them. */
function summaryOf(entry: FeedEntry, isLead: boolean): IssuePaper['summary'] {
  if (isLead && entry.abstract && entry.summary?.by === undefined) {
    return { text: cut(openingSentences(plainText(entry.abstract)), LEAD_CHARS) };
  }
  if (!entry.summary) return undefined;
  return { text: cut(entry.summary.text, isLead ? LEAD_CHARS : SUMMARY_CHARS), by: entry.summary.by };
}

function openingSentences(text: string): string {
  const ends = [...text.matchAll(/[.!?。！？](?=\s+\p{Lu}|$)/gu)].map((match) => match.index + 1);
  return text.slice(0, ends.find((end) => end >= 160) ?? text.length);
}

function cut(text: string, chars: number): string {
  if (text.length <= chars) return text;
  const at = text.lastIndexOf(' ', chars - 1);
  return `${text.slice(0, at > chars / 2 ? at : chars - 1).trimEnd()} …`;
}

/** Why a paper is in the issue, in the terms that rank it; terms that nobody has measured are left out. */
export function reasonsOf(entry: FeedEntry, gained: StarsGained | undefined): string[] {
  const count = (n: number, one: string) => `${n.toLocaleString('en')} ${n === 1 ? one : `${one}s`}`;
  return [
    entry.votes > 0 ? count(entry.votes, 'vote') : '',
    entry.comments > 0 ? count(entry.comments, 'comment') : '',
    entry.repository ? 'code' : '',
    gained
      ? `+${count(gained.stars, 'star')} ${gained.days === 7 ? 'this week' : `in ${count(gained.days, 'day')}`}`
      : '',
    entry.experiment ? 'runs here' : '',
    entry.withdrawnAt ? 'withdrawn' : '',
  ].filter(Boolean);
}

/** What an issue is known by: the same hash means the same papers in the same order with the same words. */
export function hashOf(content: IssueContent): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}
