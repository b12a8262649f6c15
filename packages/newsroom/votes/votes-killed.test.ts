import { fork } from 'node:child_process';
import { temporarySqlite } from '@broadsheet/database/testing';
import { expect, test } from 'vitest';
import { localReader } from '../accounts/index.ts';
import { mergeRecords } from '../papers/index.ts';
import { hostOn } from '../testing/host.ts';
import { killed, spoken } from '../testing/processes.ts';

test('killed twenty times while voting: what was acknowledged is stored, and every count fits its votes', async () => {
  const database = await temporarySqlite();
  const host = await hostOn(database);
  const keys = ['2601.00001', '2601.00002', '2601.00003'];
  const records = keys.map((arxivId) => ({ source: 'arxiv-api', arxivId, title: `A paper called ${arxivId}` }));
  await mergeRecords(database, records, { now: 1, today: '2026-01-15' });
  const { id: readerId } = await localReader(host);
  for (let kill = 0; kill < 20; kill++) {
    const said = new Map<string, boolean>();
    const child = fork(
      new URL('../testing/voting-process.ts', import.meta.url),
      [database.location, String(readerId), ...keys],
      { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] },
    );
    let acknowledged = 0;
    child.on('message', (vote: { paperKey: string; on: boolean }) => {
      said.set(vote.paperKey, vote.on);
      acknowledged += 1;
    });
    await spoken(child);
    await new Promise((resolve) => setTimeout(resolve, (kill * 7) % 40));
    await killed(child);
    expect(acknowledged).toBeGreaterThan(0);
    const rows = await database.db
      .selectFrom('paper as p')
      .leftJoin('vote as v', 'v.paper_id', 'p.id')
      .select(['p.arxiv_id', 'p.reader_votes', 'v.reader_id'])
      .execute();
    for (const row of rows) expect(row.reader_votes).toBe(row.reader_id === null ? 0 : 1);
    const events = await database.db.selectFrom('vote_event').select(['paper_id', 'is_on']).orderBy('id').execute();
    const last = new Map(events.map((event) => [event.paper_id, event.is_on]));
    const papers = await database.db.selectFrom('paper').select(['id', 'reader_votes']).execute();
    for (const paper of papers) expect(paper.reader_votes).toBe(last.get(paper.id) ?? 0);
    // The next vote may have been stored and not yet told; it is of the next paper in turn, so at most one differs.
    const differing = rows.filter(
      (row) => said.has(row.arxiv_id as string) && said.get(row.arxiv_id as string) !== (row.reader_votes === 1),
    );
    expect(differing.length).toBeLessThanOrEqual(1);
  }
  await database.dispose();
}, 60_000);
