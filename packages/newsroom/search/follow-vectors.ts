import { join } from 'node:path';
import type { Schema } from '@broadsheet/database';
import { hashOfText } from '@broadsheet/search-index';
import { VectorIndex } from '@broadsheet/search-index/vectors';
import type { Kysely } from 'kysely';
import { plainText } from '../papers/index.ts';
import { CELLS_FROM } from './cells.ts';
import type { SearchEncoder } from './encoders/index.ts';
import { type ChangedPaper, changesSince } from './follow.ts';
import { type KeptVectors, readVectors, writeVectors } from './vector-file.ts';

export interface VectorFollowOptions {
  encoder: SearchEncoder;
  owner: string;
  dataDir?: string;
  target: number;
  warn(message: string): void;
}

/** Changes since the last writing that are worth writing the file anew. */
const WORTH_SAVING = 1_000;
/** While so many more are encoded, what there is is written: an encoder far away may take hours, and a process may end. */
const WORTH_SAVING_MIDWAY = 20_000;
/** And so many of all, so that all that is written midway is at most some ten times what there is in the end. */
const SHARE_MIDWAY = 0.1;

/** Room for papers that come. */
const SPARE = 1.1;

interface Following extends KeptVectors {
  unsaved: number;
  isSaved: boolean;
}

const kept = new Map<string, Following>();

/** Brings the vectors of an encoder up to date with the store. */
export async function followVectors(db: Kysely<Schema>, options: VectorFollowOptions): Promise<KeptVectors> {
  const { encoder, owner, target } = options;
  const key = `${owner} ${encoder.id}`;
  const mine = kept.get(key) ?? openSaved(options) ?? (await nothing(db, encoder));
  kept.set(key, mine);
  // A store that was put back to an earlier state counts its changes anew.
  if (mine.changeSeq > target) Object.assign(mine, await nothing(db, encoder));
  const removed = await db.selectFrom('removed_paper').select('id').where('changed_seq', '>', mine.changeSeq).execute();
  for (const { id } of removed) {
    mine.index.remove(id);
    mine.fingerprints.delete(id);
  }
  for await (const rows of changesSince(db, mine.changeSeq)) {
    mine.unsaved += await encodeChanged(rows, mine, encoder);
    // The last change may go on in the next rows.
    mine.changeSeq = Math.max(mine.changeSeq, rows[rows.length - 1].changed_seq - 1);
    if (mine.unsaved >= Math.max(WORTH_SAVING_MIDWAY, SHARE_MIDWAY * mine.index.size)) save(mine, options);
  }
  mine.changeSeq = Math.max(mine.changeSeq, target);
  // Cells are worth saving whatever else has changed: without them they are made anew at each start.
  if (mine.index.size >= CELLS_FROM && mine.index.arrange()) mine.isSaved = false;
  save(mine, options);
  return mine;
}

async function encodeChanged(
  rows: ChangedPaper[],
  { index, fingerprints }: KeptVectors,
  encoder: SearchEncoder,
): Promise<number> {
  const changed = rows
    .map((row) => ({ id: row.id, text: `${plainText(row.title)}. ${plainText(row.abstract ?? '')}` }))
    .map((paper) => ({ ...paper, print: hashOfText(paper.text) }))
    .filter(({ id, print }) => fingerprints.get(id) !== print);
  const vectors = await encoder.encode(changed.map(({ text }) => text));
  for (const [i, { id, print }] of changed.entries()) {
    index.set(id, vectors[i]);
    fingerprints.set(id, print);
  }
  return changed.length;
}

function openSaved({ encoder, owner, dataDir, warn }: VectorFollowOptions): Following | undefined {
  const file = fileOf(dataDir, encoder);
  try {
    const saved = file && readVectors(file, { owner, encoder: encoder.id, dimensions: encoder.dimensions });
    return saved ? { ...saved, unsaved: 0, isSaved: true } : undefined;
  } catch (error) {
    warn(`the vectors in ${file} are made anew: ${(error as Error).message}`);
    return undefined;
  }
}

/** Room for all papers at once: memory that a growing index has left stays for long, and what is not written takes none. */
async function nothing(db: Kysely<Schema>, { dimensions }: SearchEncoder): Promise<Following> {
  const { papers } = await db
    .selectFrom('paper')
    .select((s) => s.fn.countAll<number>().as('papers'))
    .executeTakeFirstOrThrow();
  const index = new VectorIndex(dimensions, Math.ceil(Number(papers) * SPARE) + 64);
  return { index, fingerprints: new Map(), changeSeq: -1, unsaved: 0, isSaved: false };
}

function save(mine: Following, { encoder, owner, dataDir, warn }: VectorFollowOptions): void {
  const file = fileOf(dataDir, encoder);
  if (!file || (mine.isSaved && mine.unsaved < WORTH_SAVING)) return;
  try {
    writeVectors(file, { owner, encoder: encoder.id }, mine);
    Object.assign(mine, { unsaved: 0, isSaved: true });
  } catch (error) {
    mine.isSaved = true;
    warn(`the vectors were not saved and will be made anew at the next start: ${(error as Error).message}`);
  }
}

function fileOf(dataDir: string | undefined, { id }: SearchEncoder): string | undefined {
  return dataDir && join(dataDir, `search-vectors-${id.replace(/[^\w.-]+/g, '_').slice(0, 80)}.bin`);
}
