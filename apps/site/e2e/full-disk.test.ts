import { temporarySqlite } from '@broadsheet/database/testing';
import { closeDueEditions } from '@broadsheet/newsroom/editions';
import { mergeRecords } from '@broadsheet/newsroom/papers';
import { hostOn } from '@broadsheet/newsroom/testing';
import { expect, test } from 'vitest';
import { startServer } from '../server.ts';

test('on a full disk pages are read, votes are refused with the reason, and none that was accepted is lost', async () => {
  const database = await temporarySqlite();
  const host = await hostOn(database, { at: Date.parse('2026-01-16T15:00:00Z') });
  const papers = Array.from({ length: 400 }, (_, i) => ({
    source: 'huggingface',
    arxivId: `2601.${String(i + 1).padStart(5, '0')}`,
    title: `Paper ${i}`,
    authors: ['Ada Löwe'],
    categories: ['cs.LG'],
    feature: { day: '2026-01-14', by: 'source' as const },
  }));
  await mergeRecords(database, papers, { now: host.now(), today: '2026-01-14' });
  await closeDueEditions(host);
  // SQLite answers for its own limit as for a disk without space.
  const used = database.raw.pragma('page_count', { simple: true }) as number;
  database.raw.pragma(`max_page_count = ${used}`);
  const server = await startServer(host, { port: 0 });
  const at = (path: string) => new URL(path, server.address).href;
  // The very first request of a site writes down its reader; where that cannot be, pages are read all the same.
  database.raw.pragma('query_only = 1');
  expect((await fetch(at('/'), { headers: { accept: 'text/html' } })).status).toBe(200);
  database.raw.pragma('query_only = 0');
  const accepted: string[] = [];
  let refusal: Response | undefined;
  for (const { arxivId } of papers) {
    const answer = await fetch(at('/api/votes'), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ paper: arxivId, on: true }),
    });
    if (answer.ok) accepted.push(arxivId);
    else refusal ??= answer;
  }
  expect(refusal?.status).toBe(507);
  expect(await refusal?.json()).toMatchObject({ status: 507, detail: expect.stringContaining('disk is full') });
  const form = await fetch(at('/votes'), {
    method: 'POST',
    headers: {
      origin: new URL(server.address).origin,
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: `paper=${papers.at(-1)?.arxivId}&vote=on`,
  });
  expect(form.status).toBe(507);
  expect((await form.json()).detail).toContain('What it had accepted before is there');
  expect((await fetch(at('/papers/2601.00001'), { headers: { accept: 'text/html' } })).status).toBe(200);
  const kept = await database.db.selectFrom('vote').selectAll().execute();
  expect(kept).toHaveLength(accepted.length);
  expect(database.raw.pragma('integrity_check', { simple: true })).toBe('ok');
  await server.close();
  await database.dispose();
});
