import type { FeedEntry } from '@broadsheet/newsroom/editions';
import { coins, plainText, titleHtml } from '@broadsheet/newsroom/papers';
import PaperRow from '../components/PaperRow.svelte';
import { keptHtml } from './kept-html.ts';

/** One paper of a list as the page shows it: plain data, its title already safe HTML. */
export interface Row extends Omit<FeedEntry, 'abstract' | 'score'> {
  address: string;
  titleHtml: string;
  coins: string;
  /** Why it stands where it does, in words; where the feed has reasons. */
  why?: string;
}

export function rowOf({ abstract, score, ...entry }: FeedEntry): Row {
  return {
    ...entry,
    address: `/papers/${entry.key}`,
    title: plainText(entry.title),
    titleHtml: titleHtml(entry.title),
    coins: coins(entry),
    why: score ? reasons(score) : entry.why,
  };
}

/** Some 8,000 rows: the pages that a day's readers ask for, in two states of the vote. */
const KEPT_CHARS = 24 * 1024 * 1024;
const kept = keptHtml(PaperRow, KEPT_CHARS);
/** Lists that are asked for again hand out the very same entries, which nobody changes. */
const ofEntry = new WeakMap<FeedEntry, string>();

/**
 * A paper's row as finished HTML. What it says is all in its entry, so the entry is what it is kept by: a vote, a star or
 * another rank makes another row, and nothing has to be told that something changed.
 */
export function rowHtml(entry: FeedEntry): string {
  const known = ofEntry.get(entry);
  if (known !== undefined) return known;
  const { abstract, ...shown } = entry;
  const html = kept(JSON.stringify(shown), () => ({ row: rowOf(entry) }));
  ofEntry.set(entry, html);
  return html;
}

/** "score 7.1 = votes 43 (5.5) + comments 2 (0.8), 1 day old (−0.6); stars per day not known" */
function reasons(score: NonNullable<FeedEntry['score']>): string {
  const terms = score.terms.filter((term) => term.name !== 'age in days');
  const age = score.terms.find((term) => term.name === 'age in days');
  const sum = terms.map((t) => `${t.name} ${round(t.value)} (${t.points.toFixed(1)})`).join(' + ');
  const absent = score.absent.length > 0 ? `; ${score.absent.join(', ')} not known` : '';
  const days = age?.value ?? 0;
  const old =
    days === 0
      ? 'new today'
      : `${round(days)} ${days === 1 ? 'day' : 'days'} old (−${Math.abs(age?.points ?? 0).toFixed(1)})`;
  return `score ${score.value.toFixed(1)} = ${sum}, ${old}${absent}`;
}

function round(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(1);
}
