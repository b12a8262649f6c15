import { createHash } from 'node:crypto';
import { bumpSequence, type Database, insertMany, type Schema, transaction } from '@broadsheet/database';
import type { Insertable, Kysely, Selectable } from 'kysely';
import { changedColumns, newColumns, type PaperColumns } from './columns.ts';
import { recordCounts } from './counts.ts';
import { writeCategories, writePeople } from './facets.ts';
import { recordFeatures } from './features.ts';
import { ALIAS_ORDER, type Alias, aliasesOf, parseArxivId, parseDoi } from './identity.ts';
import type { MergeReport, PaperRecord } from './record.ts';
import { unitePapers } from './unite.ts';
import { recordVersions } from './versions.ts';

export type PaperRow = Selectable<Schema['paper']>;

/** A record on its way into the store, with the paper it turned out to be. */
export interface Merging {
  record: PaperRecord;
  aliases: Alias[];
  paper: PaperRow;
  isNew: boolean;
  changed: boolean;
}

/**
 * Merges records into the store in one transaction: each finds its paper by its aliases or becomes a new one.
 *
 * What another source said is kept: a missing or older field never erases. `listed_on` is set once, so an update never
 * re-enters a feed as new. A record that changes nothing writes nothing. Records that name two papers of ours unite them.
 *
 * @param now instant of merging, for what is first seen now
 * @param today the papers-day, for records that name no day
 */
export async function mergeRecords(
  database: Database,
  records: PaperRecord[],
  { now, today }: { now: number; today: string },
): Promise<MergeReport> {
  const report: MergeReport = { created: 0, updated: 0, unchanged: 0, refused: [] };
  const accepted = records.flatMap((given) => {
    const record = tidy(given);
    const reason = refusal(record);
    if (!reason) return [{ record, aliases: aliasesOf(record) }];
    report.refused.push({ record: given, reason });
    return [];
  });
  if (accepted.length === 0) return report;
  await transaction(database, async (db) => {
    // Taken first: it is the lock under which numbers and changes come in one order.
    const seq = await bumpSequence(db, 'change');
    const known = await lookUp(
      db,
      accepted.flatMap((a) => a.aliases),
    );
    const merging: Merging[] = [];
    const created: { columns: PaperColumns; merging: Merging }[] = [];
    for (const { record, aliases } of accepted) {
      const found = await findExisting(db, known, aliases, seq);
      if (found) {
        const columns = changedColumns(found, record, aliases);
        if (columns) Object.assign(found, columns);
        merging.push({ record, aliases, paper: found, isNew: false, changed: columns !== undefined });
      } else {
        const columns = newColumns(record, aliases, { shortId: shortIdOf(aliases), now, today });
        const entry: Merging = { record, aliases, paper: columns as PaperRow, isNew: true, changed: true };
        created.push({ columns, merging: entry });
        merging.push(entry);
        for (const alias of aliases) known.byAlias.set(keyOf(alias), entry.paper);
      }
    }
    await insertPapers(database, db, created, seq);
    await writeAliases(database, db, merging, known);
    await recordVersions(database, db, merging, now);
    await writePeople(database, db, merging);
    await writeCategories(database, db, merging);
    await recordCounts(database, db, merging);
    await recordFeatures(database, db, merging, { now });
    await updatePapers(db, merging, seq);
    for (const m of merging) {
      if (m.isNew) report.created += 1;
      else if (m.changed) report.updated += 1;
      else report.unchanged += 1;
    }
  });
  return report;
}

interface Known {
  byAlias: Map<string, PaperRow>;
  stored: Set<string>;
}

/** The papers behind the aliases of a whole batch: one query a kind, one for the rows. */
async function lookUp(db: Kysely<Schema>, aliases: Alias[]): Promise<Known> {
  const idOf = new Map<string, number>();
  for (const kind of ALIAS_ORDER) {
    const values = [...new Set(aliases.filter((a) => a.kind === kind).map((a) => a.value))];
    if (values.length === 0) continue;
    const rows = await db
      .selectFrom('paper_alias')
      .select(['value', 'paper_id'])
      .where('kind', '=', kind)
      .where('value', 'in', values)
      .execute();
    for (const row of rows) idOf.set(keyOf({ kind, value: row.value }), row.paper_id);
  }
  const ids = [...new Set(idOf.values())];
  const papers = ids.length === 0 ? [] : await db.selectFrom('paper').selectAll().where('id', 'in', ids).execute();
  const byId = new Map(papers.map((paper) => [paper.id, paper]));
  const byAlias = new Map([...idOf].map(([key, id]) => [key, byId.get(id) as PaperRow]));
  return { byAlias, stored: new Set(idOf.keys()) };
}

/**
 * The paper that the aliases name, deciding in their order. Two papers of ours that one record names are one work,
 * unless each has an arXiv id of its own: then the more certain alias wins and the other paper stays as it is.
 */
async function findExisting(
  db: Kysely<Schema>,
  known: Known,
  aliases: Alias[],
  seq: number,
): Promise<PaperRow | undefined> {
  const ownArxivId = aliases.find((a) => a.kind === 'arxiv')?.value;
  let found: PaperRow | undefined;
  for (const alias of aliases) {
    const candidate = known.byAlias.get(keyOf(alias));
    if (!candidate || candidate === found) continue;
    const other = candidate.arxiv_id;
    const conflicts =
      other !== null && ((ownArxivId && ownArxivId !== other) || (found?.arxiv_id && found.arxiv_id !== other));
    if (conflicts) continue;
    if (!found) found = candidate;
    // A paper that this same batch creates has no row yet; it takes the alias over when it is written.
    else if (found.id && candidate.id && alias.kind !== 'title') {
      await unitePapers(db, { keep: found, drop: candidate, seq });
      for (const [key, paper] of known.byAlias) if (paper === candidate) known.byAlias.set(key, found);
    }
  }
  return found;
}

async function insertPapers(
  database: Database,
  db: Kysely<Schema>,
  created: { columns: PaperColumns; merging: Merging }[],
  seq: number,
): Promise<void> {
  if (created.length === 0) return;
  const rows = created.map(({ columns }) => ({ ...columns, changed_seq: seq }) as Insertable<Schema['paper']>);
  await insertMany(database, db, 'paper', rows);
  const ids = await db
    .selectFrom('paper')
    .select(['id', 'short_id'])
    .where(
      'short_id',
      'in',
      created.map(({ columns }) => columns.short_id),
    )
    .execute();
  const idOf = new Map(ids.map((row) => [row.short_id, row.id]));
  for (const { columns, merging } of created) merging.paper.id = idOf.get(columns.short_id) as number;
}

async function writeAliases(database: Database, db: Kysely<Schema>, merging: Merging[], known: Known): Promise<void> {
  const rows = merging.flatMap(({ paper, aliases }) =>
    aliases
      .filter((a) => !known.stored.has(keyOf(a)))
      .map((a) => ({ kind: a.kind, value: a.value, paper_id: paper.id })),
  );
  // A title that another work already has stays with that work.
  await insertMany(database, db, 'paper_alias', rows, { ignoreConflicts: true });
}

async function updatePapers(db: Kysely<Schema>, merging: Merging[], seq: number): Promise<void> {
  const changed = new Set(merging.filter((m) => m.changed && !m.isNew).map((m) => m.paper));
  for (const paper of changed) {
    const { id, ...columns } = paper;
    await db
      .updateTable('paper')
      .set({ ...columns, changed_seq: seq })
      .where('id', '=', id)
      .execute();
  }
}

/** White space collapsed, empty strings gone, identifiers in canonical form. */
function tidy(record: PaperRecord): PaperRecord {
  const text = (value?: string) => value?.replace(/\s+/g, ' ').trim() || undefined;
  return {
    ...record,
    title: text(record.title) ?? '',
    abstract: text(record.abstract),
    comment: text(record.comment),
    arxivId: record.arxivId === undefined ? undefined : (parseArxivId(record.arxivId)?.id ?? record.arxivId),
    doi: record.doi ? parseDoi(record.doi) : undefined,
    authors: record.authors?.map((name) => name.replace(/\s+/g, ' ').trim()).filter(Boolean),
  };
}

function refusal(record: PaperRecord): string | undefined {
  if (!record.title) return 'it has no title';
  if (record.arxivId !== undefined && !parseArxivId(record.arxivId)) {
    return `"${record.arxivId}" is no arXiv identifier; expected one like 2410.06535 or math/0611800`;
  }
  if (aliasesOf(record).length === 0) {
    return 'it has no identifier: an arXiv id, a DOI, an OpenReview forum, or a title with author and year';
  }
  return undefined;
}

const BASE32 = 'abcdefghijkmnpqrstuvwxyz23456789';

/** Ten base-32 characters from the paper's first alias: the same on every site; 50 bits, for millions of papers. */
function shortIdOf(aliases: Alias[]): string {
  const digest = createHash('sha256').update(keyOf(aliases[0])).digest();
  return Array.from({ length: 10 }, (_, i) => BASE32[digest[i] % 32]).join('');
}

export function keyOf(alias: Alias): string {
  return `${alias.kind} ${alias.value}`;
}
