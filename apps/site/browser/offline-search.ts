import { guessNote, highlight, type IndexedPaper, SearchIndex, type Stretch, snippet } from '@broadsheet/search-index';

/** The site's index, over the papers of the newest edition, for when the site cannot be reached. */

interface OfflinePaper {
  address: string;
  title: Stretch[];
  authors: string[];
  /** Where the words stand in the abstract; its beginning where they stand elsewhere. */
  text: Stretch[];
}

export interface OfflineAnswer {
  papers: OfflinePaper[];
  /** How many papers were searched in. */
  searched: number;
  notes: string[];
}

interface EditionPaper {
  id: string;
  title: string;
  abstract?: string;
  authors: string[];
  categories: string[];
  keywords?: string[];
  organization?: { name: string };
  listedOn?: string;
  votes?: number;
  repository?: unknown;
  experiment?: string;
}

const SHOWN = 20;
const TEXT_CHARS = 260;

let opened: Promise<{ index: SearchIndex; papers: EditionPaper[] }> | undefined;

/**
 * Searches the edition that the service worker keeps.
 * @throws when none is kept
 */
export async function searchOffline(text: string, { typing = false } = {}): Promise<OfflineAnswer> {
  opened ??= open();
  // One that could not be opened may be there the next time.
  opened.catch(() => {
    opened = undefined;
  });
  const { index, papers } = await opened;
  const { hits, matched, notes, guesses } = index.search(text, { limit: SHOWN, typing });
  const found = hits.map(({ id }) => {
    const { id: key, title, authors, abstract = '' } = papers[id];
    return {
      address: `/papers/${key}`,
      title: highlight(title, matched),
      authors,
      text: snippet(abstract, matched, TEXT_CHARS) ?? beginningOf(abstract),
    };
  });
  const texts = hits.flatMap(({ id }) => [papers[id].title, papers[id].abstract ?? '']);
  return {
    papers: found,
    searched: papers.length,
    notes: [...guesses.map((guess) => guessNote(guess, texts)), ...notes],
  };
}

async function open() {
  const response = await fetch('/index.json');
  if (!response.ok) throw new Error(`/index.json answered ${response.status}`);
  const { papers } = (await response.json()) as { papers: EditionPaper[] };
  const index = new SearchIndex();
  for (const [id, paper] of papers.entries()) index.upsert(indexed(id, paper));
  return { index, papers };
}

function indexed(id: number, paper: EditionPaper): IndexedPaper {
  const { title, abstract, authors, categories, keywords, organization, listedOn, votes } = paper;
  const marks = { hasCode: paper.repository !== undefined, hasExperiment: paper.experiment !== undefined };
  return {
    id,
    title,
    abstract,
    authors,
    categories,
    keywords,
    organization: organization?.name,
    listedOn,
    votes,
    ...marks,
  };
}

function beginningOf(abstract: string): Stretch[] {
  if (abstract === '') return [];
  const isWhole = abstract.length <= TEXT_CHARS;
  return [{ text: isWhole ? abstract : `${abstract.slice(0, TEXT_CHARS).toWellFormed()} …`, isHit: false }];
}
