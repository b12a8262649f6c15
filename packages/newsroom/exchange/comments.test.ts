import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { temporarySqlite } from '@broadsheet/database/testing';
import { expect, test } from 'vitest';
import { createReader, findReader, type Reader } from '../accounts/index.ts';
import { editComment, hideComment, loadDiscussion, setReaction, writeComment } from '../discussion/index.ts';
import { featuredOn, numbered, onEachStore, type TestSite } from '../editions/testing.ts';
import { hostOn } from '../testing/host.ts';
import { exportLines, importFiles } from './index.ts';

onEachStore('comments of an export', (opened) => {
  test('stand in an empty site as they stood, under numbers instead of names; a second import changes nothing', async () => {
    const site: TestSite = opened();
    await site.add(featuredOn('2025-12-30', [10]));
    const reader = async (name: string) => {
      const made = await createReader(site.database.db, { name, isConfirmed: true }, 1);
      return (await findReader(site.database.db, made.id)) as Reader;
    };
    const [ada, bo] = [await reader('Ada Secret'), await reader('Bo Secret')];
    const say = async (who: Reader, text: string, replyTo?: string) => {
      const outcome = await writeComment(site, { reader: who, paperKey: numbered(1), text, replyTo });
      return 'key' in outcome ? outcome.key : '';
    };
    const first = await say(ada, 'A question.');
    const answer = await say(bo, 'An answer.', first);
    await editComment(site, { reader: bo, key: answer, text: 'A better answer.' });
    await setReaction(site, { reader: ada, key: answer, reaction: 'helpful', on: true });
    const hidden = await say(bo, 'Something rude.');
    await hideComment(site, { actorId: ada.id, key: hidden, on: true });

    const lines: string[] = [];
    for await (const line of exportLines(site)) lines.push(line);
    expect(lines.join('')).not.toContain('Secret');
    const folder = mkdtempSync(join(tmpdir(), 'broadsheet-comments-'));
    const path = join(folder, 'site.ndjson');
    writeFileSync(path, lines.join(''));
    const database = await temporarySqlite();
    const empty = await hostOn(database);
    try {
      for (let i = 0; i < 2; i++) expect((await importFiles(empty, [path])).faults).toEqual([]);
      const paper = await database.db.selectFrom('paper').select(['id', 'reader_comments']).executeTakeFirstOrThrow();
      expect(paper.reader_comments).toBe(2);
      const there = await loadDiscussion(database.db, paper.id, { viewer: { isEditor: true } });
      const here = await loadDiscussion(site.database.db, 1, { viewer: { isEditor: true } });
      const bare = ({ author: _author, isMine: _mine, ...rest }: (typeof there.comments)[number]) => rest;
      expect(there.comments.map(bare)).toEqual(here.comments.map(bare));
      expect(new Set(there.comments.map((c) => c.author.name)).size).toBe(2);
    } finally {
      await empty.close();
      await database.dispose();
      rmSync(folder, { recursive: true });
    }
  });
});
