import { beforeEach, expect, test } from 'vitest';
import { createReader, type Reader } from '../accounts/index.ts';
import { entriesByIds } from '../editions/index.ts';
import { featuredOn, numbered, onEachStore, type TestSite } from '../editions/testing.ts';
import { toBibtex, toCslJson, toZoteroRdf } from '../papers/index.ts';
import { deleteReader, exportReader } from '../personal-data/index.ts';
import {
  hiddenBy,
  historyOf,
  importLibrary,
  marksOf,
  papersOnShelf,
  recordShown,
  removeShelf,
  setHidden,
  setSaved,
  shelvesOf,
  unseenBy,
} from './index.ts';

onEachStore('the library', (opened) => {
  let site: TestSite;
  let ada: Reader;
  let bo: Reader;
  beforeEach(async () => {
    site = opened();
    await site.add(featuredOn('2025-12-30', [10, 20, 30, 40]));
    ada = await createReader(
      site.database.db,
      { name: 'Ada', email: 'ada@example.org', isConfirmed: true },
      site.now(),
    );
    bo = await createReader(site.database.db, { name: 'Bo', isConfirmed: true }, site.now());
  });
  const db = () => site.database.db;
  const ask = (n: number, on = true, who = ada) =>
    ({ readerId: who.id, paperKey: numbered(n), on, place: 'page' }) as const;
  const ids = async () =>
    (await db().selectFrom('paper').select('id').orderBy('arxiv_id').execute()).map((row) => row.id);
  const unseen = async (who = ada) =>
    (await unseenBy(db(), { id: who.id, email: who.email }, { since: '2025-12-20' })).map((entry) => entry.key);

  test('a paper is saved once, on as many shelves as one likes, and taken off', async () => {
    await Promise.all(Array.from({ length: 5 }, () => setSaved(site, ask(1))));
    await setSaved(site, { ...ask(1), shelf: 'Later' });
    await setSaved(site, { ...ask(2), shelf: 'Later' });
    const shelves = await shelvesOf(db(), ada.id);
    expect(shelves.map(({ name, papers }) => [name, papers])).toEqual([
      ['Saved', 1],
      ['Later', 2],
    ]);
    const later = await papersOnShelf(db(), ada.id, shelves[1].id);
    expect(later?.map((entry) => entry.key).sort()).toEqual([numbered(1), numbered(2)]);
    expect(await setSaved(site, ask(1, false))).toEqual({ on: false });
    expect((await shelvesOf(db(), ada.id)).map((shelf) => shelf.papers)).toEqual([0, 1]);
    const events = await db().selectFrom('reading_event').select(['kind', 'place', 'at']).orderBy('id').execute();
    expect(events.map((event) => event.kind)).toEqual(['save', 'save', 'save', 'unsave']);
    expect(events[0]).toMatchObject({ place: 'page', at: site.now() });
  });

  test('nobody sees or removes the shelves of another', async () => {
    await setSaved(site, ask(1));
    const [{ id }] = await shelvesOf(db(), ada.id);
    expect(await papersOnShelf(db(), bo.id, id)).toBeUndefined();
    expect(await removeShelf(site, bo.id, id)).toBe(false);
    await setSaved(site, ask(1, false, bo));
    expect((await shelvesOf(db(), ada.id))[0].papers).toBe(1);
    expect(await removeShelf(site, ada.id, id)).toBe(true);
    for (const none of ['2512.99999', '', 'a\u0000b'])
      expect(await setSaved(site, { ...ask(1), paperKey: none })).toHaveProperty('refused');
  });

  test('a paper is proposed once: not after a page or a letter has shown it, nor when it is saved or unwanted', async () => {
    expect(await unseen()).toEqual([4, 3, 2, 1].map(numbered));
    const [first, second] = await ids();
    await recordShown(site.database, { readerId: ada.id, paperIds: [first], place: 'page' }, site.now());
    expect(await unseen()).toEqual([4, 3, 2].map(numbered));
    await setHidden(site, ask(4));
    await setSaved(site, ask(3));
    expect(await unseen()).toEqual([numbered(2)]);
    const issue = await db()
      .insertInto('issue')
      .values({
        ...{ slug: 's', feed: '/', pace: 'daily', period: '2025-12-30', covers_from: 'x', covers_until: 'x' },
        ...{ content_json: '{}', hash: 'x', frozen_at: 1 },
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    await db().insertInto('issue_paper').values({ issue_id: issue.id, paper_id: second, rank: 1 }).execute();
    await db()
      .insertInto('letter')
      .values({
        ...{ key: 'k', kind: 'digest', priority: 5, state: 'sent', to_address: 'ada@example.org' },
        ...{ domain: 'example.org', issue_id: issue.id, bounce_token: 't', next_at: 1, created_at: 1 },
      })
      .execute();
    expect(await unseen()).toEqual([]);
    expect(await unseen(bo)).toHaveLength(4);
  });

  test('shown again, a paper keeps its first time and place', async () => {
    const paperIds = await ids();
    await recordShown(site.database, { readerId: ada.id, paperIds, place: 'page' }, site.now());
    await recordShown(site.database, { readerId: ada.id, paperIds, place: 'mail' }, site.now() + 1);
    const history = await historyOf(db(), ada.id);
    expect(history).toHaveLength(4);
    expect(new Set(history.map((one) => `${one.place} ${one.at}`))).toEqual(new Set([`page ${site.now()}`]));
  });

  test('what is unwanted comes back', async () => {
    const paperIds = await ids();
    await setHidden(site, ask(2));
    expect((await marksOf(db(), ada.id, paperIds)).hidden).toEqual(new Set([paperIds[1]]));
    expect((await hiddenBy(db(), ada.id)).map((entry) => entry.key)).toEqual([numbered(2)]);
    await setHidden(site, ask(2, false));
    expect((await marksOf(db(), ada.id, paperIds)).hidden.size).toBe(0);
  });

  test('what this site exports it imports, in both forms; other files are told apart', async () => {
    const entries = await entriesByIds(db(), await ids());
    const context = { baseUrl: 'https://s.example' };
    for (const [shelf, text] of [
      ['bib', toBibtex(entries, context)],
      ['csl', toCslJson(entries, context)],
      ['rdf', toZoteroRdf(entries, context)],
    ]) {
      expect(await importLibrary(site, { readerId: ada.id, text, shelf })).toEqual({
        saved: 4,
        unknown: [],
        unnamed: 0,
      });
    }
    const mixed = `@string{x = "y"}
@article{a, title={No name}, year=2020}
@misc{b, title = "T", eprint = "${numbered(1)}v3", archivePrefix={arXiv}}
@inproceedings{c, doi = {10.1234/unknown}}
@article{d, journal={arXiv preprint arXiv:${numbered(2)}}`;
    expect(await importLibrary(site, { readerId: ada.id, text: mixed })).toEqual({
      ...{ saved: 2, unknown: ['10.1234/unknown'], unnamed: 1 },
    });
    // As Zotero writes it: an item in an element of its kind, its files and notes beside it.
    const rdf = `<rdf:RDF xmlns:rdf="x" xmlns:z="z" xmlns:dc="dc" xmlns:bib="b" xmlns:dcterms="t" xmlns:prism="p">
      <bib:Article rdf:about="https://elsewhere.example/1"><z:itemType>preprint</z:itemType>
        <dc:identifier><dcterms:URI><rdf:value>http://arxiv.org/abs/${numbered(1)}</rdf:value></dcterms:URI></dc:identifier></bib:Article>
      <bib:Article rdf:about="#item_2"><z:itemType>journalArticle</z:itemType><dc:identifier>DOI 10.1234/unknown</dc:identifier></bib:Article>
      <bib:Article rdf:about="#item_3"><z:itemType>preprint</z:itemType><dc:identifier>DOI 10.48550/arXiv.${numbered(2)}</dc:identifier></bib:Article>
      <z:Attachment rdf:about="#item_4"><z:itemType>attachment</z:itemType><dc:identifier>x</dc:identifier></z:Attachment>
      <bib:Memo rdf:about="#item_5"><rdf:value>A note.</rdf:value></bib:Memo>
      <bib:Book rdf:about="urn:isbn:1"><z:itemType>book</z:itemType></bib:Book></rdf:RDF>`;
    expect(await importLibrary(site, { readerId: ada.id, text: rdf })).toEqual({
      ...{ saved: 2, unknown: ['10.1234/unknown'], unnamed: 1 },
    });
    const bomb = '<!DOCTYPE r [<!ENTITY a "aaaa">]><rdf:RDF xmlns:rdf="x">&a;</rdf:RDF>';
    for (const text of ['', 'hello', '{not json', '[]', '<html></html>', '<rdf:RDF>', bomb])
      expect(await importLibrary(site, { readerId: ada.id, text })).toHaveProperty('refused');
  });

  test('it leaves with its reader, who can take all of it along', async () => {
    await setSaved(site, { ...ask(1), shelf: 'Mine alone' });
    await setHidden(site, ask(2));
    await recordShown(site.database, { readerId: ada.id, paperIds: await ids(), place: 'page' }, site.now());
    expect(await exportReader(site, ada.id)).toMatchObject({
      library: { saved: [{ shelf: 'Mine alone', paper: numbered(1) }], unwanted: [numbered(2)] },
    });
    expect(await deleteReader(site, ada.id)).toBeUndefined();
    for (const table of ['shelf', 'shelved', 'unwanted', 'shown_paper', 'reading_event'] as const)
      expect(await db().selectFrom(table).selectAll().execute(), table).toEqual([]);
  });
});
