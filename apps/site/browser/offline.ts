import { announce } from './announce.ts';
import type { OfflineAnswer } from './offline-search.ts';

type Searcher = typeof import('./offline-search.ts');

/** A bundle of its own, kept by the service worker: no page pays for it while the site answers. */
const SEARCHER = '/offline-search.js';

/** Whether a request failed on its way: an answer that says no is an answer. */
export function isUnreachable(error: unknown): boolean {
  return error instanceof TypeError;
}

/** What the kept edition has for some words; undefined where none is kept. */
export async function askOffline(text: string, { typing = false } = {}): Promise<OfflineAnswer | undefined> {
  try {
    const { searchOffline }: Searcher = await import(SEARCHER);
    return await searchOffline(text, { typing });
  } catch {
    return undefined;
  }
}

/** Fills the page that stands in for a search while the site cannot be reached. */
export function watchOffline(): void {
  const text = new URLSearchParams(location.search).get('q')?.trim();
  const isSearch = location.pathname === '/papers' && text;
  if (!isSearch || !boxOf()) return;
  const field = document.getElementById('search') as HTMLInputElement | null;
  if (field) field.value = text;
  void showOffline(text);
}

/**
 * Shows what the kept edition has in the page that stands in for a search.
 * @returns false on any other page
 */
export async function showOffline(text: string, { typing = false } = {}): Promise<boolean> {
  const box = boxOf();
  if (!box) return false;
  const answer = await askOffline(text, { typing });
  const summary = document.createElement('p');
  summary.textContent = answer
    ? summaryOf(text, answer)
    : 'No edition is kept on this device yet, so nothing can be searched.';
  const list = document.createElement('ol');
  for (const paper of answer?.papers ?? []) list.append(rowOf(paper));
  box.replaceChildren(summary, list);
  box.hidden = false;
  announce(summary.textContent);
  return true;
}

function boxOf(): HTMLElement | null {
  return document.querySelector('[data-offline-search]');
}

function summaryOf(text: string, { papers, searched, notes }: OfflineAnswer): string {
  const edition = `the ${searched} papers of the edition on this device`;
  if (papers.length === 0) return `Of ${edition}, none has “${text}”.`;
  return [`Found for “${text}” among ${edition}.`, ...notes].join(' ');
}

function rowOf({ address, title, authors, text }: OfflineAnswer['papers'][number]): HTMLLIElement {
  const row = document.createElement('li');
  row.dataset.paper = address;
  const heading = document.createElement('h2');
  const link = document.createElement('a');
  link.href = address;
  link.append(...marked(title));
  heading.append(link);
  heading.dir = 'auto';
  const body = document.createElement('p');
  body.dir = 'auto';
  body.append(...marked(text));
  const people = document.createElement('p');
  people.className = 'quiet';
  people.dir = 'auto';
  people.textContent =
    authors.length > 3 ? `${authors.slice(0, 3).join(', ')} and ${authors.length - 3} more` : authors.join(', ');
  row.append(heading, body, people);
  return row;
}

function marked(stretches: { text: string; isHit: boolean }[]): Node[] {
  return stretches.map(({ text, isHit }) => {
    if (!isHit) return document.createTextNode(text);
    const mark = document.createElement('mark');
    mark.textContent = text;
    return mark;
  });
}
