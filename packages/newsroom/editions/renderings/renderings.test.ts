import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { plainText } from '../../papers/index.ts';
import { SUFFIXES, type Suffix } from '../resolve.ts';
import type { Feed, FeedEntry } from '../types.ts';
import { renderings } from './index.ts';
import { UNTRUSTED } from './json.ts';

const context = {
  siteName: 'Papers & <Co>',
  baseUrl: 'https://papers.example',
  now: Date.parse('2025-12-30T12:00:00Z'),
};

const plain: FeedEntry = {
  id: 7,
  key: '2512.00007',
  arxivId: '2512.00007',
  title: 'Graphs that fold: $O(n^2)$ in \\"Ubung',
  abstract: 'We fold graphs. It takes $O(n^2)$ steps; see <b>below</b>.',
  summary: { text: 'We fold graphs.' },
  authors: ['Ada Löwe', '王 伟', 'ليلى'],
  categories: ['cs.LG', 'math.CO'],
  keywords: ['graphs'],
  repository: { name: 'lab/fold', stars: 340 },
  featuredOn: '2025-12-30',
  listedOn: '2025-12-29',
  arrivedAt: Date.parse('2025-12-30T09:00:00Z'),
  publishedAt: Date.parse('2025-12-28T18:00:00Z'),
  updatedAt: Date.parse('2025-12-31T09:30:00Z'),
  votes: 12,
  comments: 1,
  voted: true,
  rank: 1,
};

function feedOf(entries: FeedEntry[], more: Partial<Feed> = {}): Feed {
  return {
    query: { window: { kind: 'day', day: '2025-12-30' }, order: 'top', filters: {} },
    title: 'Tuesday, 30 December 2025',
    address: '/papers/date/2025-12-30',
    entries,
    changedAt: Date.parse('2025-12-30T10:00:00Z'),
    ...more,
  };
}

function render(suffix: Suffix, feed: Feed): string {
  const rendering = renderings.find((r) => r.suffix === suffix);
  if (!rendering) throw new Error(`no rendering ${suffix}`);
  return rendering.render(feed, context);
}

interface Node {
  name: string;
  attributes: Record<string, string>;
  text: string;
  children: Node[];
}

/** Reads XML strictly: whatever is not well-formed throws. */
function readXml(text: string): Node {
  const parser = new SaxesParser({ xmlns: false });
  const root: Node = { name: '', attributes: {}, text: '', children: [] };
  const open = [root];
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', (tag) => {
    const node: Node = { name: tag.name, attributes: tag.attributes as Record<string, string>, text: '', children: [] };
    open[open.length - 1].children.push(node);
    open.push(node);
  });
  parser.on('text', (t) => {
    open[open.length - 1].text += t;
  });
  parser.on('closetag', () => {
    open.pop();
  });
  parser.write(text).close();
  return root.children[0];
}

const all = (node: Node, name: string) => node.children.filter((child) => child.name === name);
const one = (node: Node, name: string) => {
  const found = all(node, name);
  expect(found, `<${name}> in <${node.name}>`).toHaveLength(1);
  return found[0];
};

/** What XML can hold of a text: no control characters, no halves of characters, one kind of line end. */
const inXml = (text: string) =>
  text
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '');

const nasty = fc.oneof(
  fc.constantFrom(
    '</title><script>alert(1)</script>',
    ']]>',
    '<![CDATA[',
    '&amp;lt;img src=x onerror=alert(1)&gt;',
    '"><svg onload=alert(1)>',
    '\u0000\u0001\u001f\u007f\ufffe\uffff',
    '\ud800',
    'a\udc00b',
    '\u202eesrever',
    '# heading\n\n- item\r\n> quote',
    '[x](javascript:alert(1)) ![y](data:text/html,z) <https://evil.example>',
    '`code` *em* __strong__ ~~no~~ | table | \\',
    '$\\href{javascript:alert(1)}{x}$ $x < y$ $',
    '\\emph{<i>} \\url{javascript:alert(1)} \\url{https://fine.example/?a=1&b=2}',
    '٣٤ 王伟 Ψ 🧪👩‍🔬',
    '<!-- --> --!> <?xml ?>',
    '}{@article{evil,\nER  - ',
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
);
const text = fc.array(nasty, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(' '));
const entry: fc.Arbitrary<FeedEntry> = fc.record({
  id: fc.nat(),
  key: fc.constantFrom('2512.00001', 'hep-th/9901001', 'abcdefghij'),
  title: text,
  abstract: fc.option(text, { nil: undefined }),
  summary: fc.option(fc.record({ text, by: fc.option(text, { nil: undefined }) }), { nil: undefined }),
  authors: fc.array(text, { maxLength: 6 }),
  organization: fc.option(fc.record({ name: text, slug: fc.constant('acme') }), { nil: undefined }),
  categories: fc.array(text, { maxLength: 2 }),
  keywords: fc.array(text, { maxLength: 2 }),
  venue: fc.option(text, { nil: undefined }),
  repository: fc.constantFrom(undefined, { name: 'lab/x' }, { name: 'lab/x', stars: 3 }),
  listedOn: fc.constant('2025-12-29'),
  arrivedAt: fc.constant(0),
  featuredOn: fc.constantFrom(undefined, '2025-12-30'),
  updatedAt: fc.option(fc.integer({ min: 0, max: 2e12 }), { nil: undefined }),
  votes: fc.nat(1e6),
  comments: fc.nat(9),
  voted: fc.boolean(),
  rank: fc.nat(),
});
const feed = fc
  .tuple(fc.array(entry, { maxLength: 4 }), text, fc.option(fc.constant('abc-_9'), { nil: undefined }))
  .map(([entries, title, nextCursor]) =>
    feedOf(
      entries.map((e, index) => ({ ...e, rank: index + 1, key: `2512.0000${index}` })),
      { title, nextCursor },
    ),
  );
const always = (check: (feed: Feed) => void) => fc.assert(fc.property(feed, check), { numRuns: 150 });

/** HTML that a feed reader is handed: no tag, attribute or address beyond those that we write. */
function expectInert(html: string) {
  for (const [, name] of html.matchAll(/<\/?\s*([a-zA-Z][^\s/>]*)/g)) {
    expect(
      /^(p|a|em|strong|code|span|math|semantics|annotation|m[a-z]+)$/.test(name),
      `<${name}> in ${html.slice(0, 200)}`,
    ).toBe(true);
  }
  for (const [, href] of html.matchAll(/<a\s[^>]*href="([^"]*)"/g)) expect(href).toMatch(/^https?:/);
  expect(html).not.toMatch(/<[^>]*\son[a-z]+\s*=/i);
}

describe('the registry of renderings', () => {
  test('has one for every suffix that addresses know', () => {
    expect(renderings.map((r) => r.suffix).sort()).toEqual([...SUFFIXES].sort());
    for (const r of renderings) expect(r.mediaType).toMatch(/^[a-z]+\/[a-z0-9.+-]+; charset=utf-8$/);
  });

  test('renders a list without papers', () => {
    for (const r of renderings) expect(typeof r.render(feedOf([]), context)).toBe('string');
    expect(all(one(readXml(render('rss', feedOf([]))), 'channel'), 'item')).toEqual([]);
    expect(JSON.parse(render('csl.json', feedOf([])))).toEqual([]);
  });
});

describe('RSS', () => {
  test('names a paper by its address without version, so that an update is no new item', () => {
    const [before, after] = [
      plain,
      { ...plain, title: 'New title', updatedAt: plain.updatedAt as number, votes: 99 },
    ].map((e) => one(one(one(readXml(render('rss', feedOf([e]))), 'channel'), 'item'), 'guid'));
    expect(before).toEqual(after);
    expect(before).toMatchObject({
      text: 'https://papers.example/papers/2512.00007',
      attributes: { isPermaLink: 'true' },
    });
  });

  test('has the whole abstract, the people and the day of the edition', () => {
    const item = one(one(readXml(render('rss', feedOf([plain]))), 'channel'), 'item');
    expect(one(item, 'title').text).toBe('Graphs that fold: O(n^2) in Übung');
    expect(one(item, 'pubDate').text).toBe('Tue, 30 Dec 2025 00:00:00 GMT');
    expect(all(item, 'dc:creator').map((c) => c.text)).toEqual(plain.authors);
    const html = one(item, 'description').text;
    expect(html).toContain('steps; see &#60;b&#62;below&#60;/b&#62;.');
    expect(html).toContain('12 votes · 1 comment · code ★ 340');
    expect(html).toContain('<math');
  });

  test('says where it is itself, and where it goes on', () => {
    const filtered = feedOf([plain], { address: '/papers/date/2025-12-30?has=code', nextCursor: 'abc' });
    const channel = one(readXml(render('rss', filtered)), 'channel');
    expect(one(channel, 'link').text).toBe('https://papers.example/papers/date/2025-12-30?has=code');
    expect(all(channel, 'atom:link').map((l) => [l.attributes.rel, l.attributes.href])).toEqual([
      ['self', 'https://papers.example/papers/date/2025-12-30.rss?has=code'],
      ['next', 'https://papers.example/papers/date/2025-12-30.rss?has=code&cursor=abc'],
    ]);
    const front = one(readXml(render('rss', feedOf([plain], { address: '/' }))), 'channel');
    expect(one(front, 'atom:link').attributes.href).toBe('https://papers.example/index.rss');
  });

  test('reads back, and is inert, whatever papers hold', () => {
    always((f) => {
      const channel = one(readXml(render('rss', f)), 'channel');
      const items = all(channel, 'item');
      expect(items.map((i) => one(i, 'title').text)).toEqual(f.entries.map((e) => inXml(plainText(e.title))));
      expect(items.map((i) => one(i, 'guid').text)).toEqual(
        f.entries.map((e) => `https://papers.example/papers/${e.key}`),
      );
      for (const item of items) {
        expectInert(one(item, 'description').text);
        expect(Number.isNaN(Date.parse(one(item, 'pubDate').text))).toBe(false);
      }
    });
  });
});

describe('Atom', () => {
  test('has what RFC 4287 asks of a feed and of its entries, whatever papers hold', () => {
    const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/;
    always((f) => {
      const root = readXml(render('atom', f));
      expect([root.name, root.attributes.xmlns]).toEqual(['feed', 'http://www.w3.org/2005/Atom']);
      expect(one(root, 'id').text).toBe('https://papers.example/papers/date/2025-12-30');
      expect(one(root, 'title').text).toBe(inXml(`Papers & <Co>: ${f.title}`));
      expect(one(root, 'updated').text).toMatch(instant);
      const entries = all(root, 'entry');
      expect(new Set(entries.map((e) => one(e, 'id').text)).size).toBe(f.entries.length);
      for (const [index, e] of entries.entries()) {
        expect(one(e, 'title').text).toBe(inXml(plainText(f.entries[index].title)));
        expect(one(e, 'updated').text).toMatch(instant);
        expect(one(e, 'published').text).toMatch(instant);
        expect(one(e, 'updated').text >= one(e, 'published').text).toBe(true);
        expect(all(e, 'author').length).toBeGreaterThan(0);
        expect(one(e, 'content').attributes.type).toBe('html');
        expectInert(one(e, 'content').text);
      }
    });
  });

  test('changes when its papers change, not when it is asked', () => {
    const later = feedOf([plain], { changedAt: Date.parse('2026-06-01') });
    expect(render('atom', later)).toBe(render('atom', feedOf([plain])));
    expect(one(readXml(render('atom', later)), 'updated').text).toBe('2025-12-31T09:30:00.000Z');
  });
});

describe('JSON Feed', () => {
  /** https://www.jsonfeed.org/version/1.1/: what it asks for, and the types of what we use of the rest. */
  const jsonFeed = z.strictObject({
    version: z.literal('https://jsonfeed.org/version/1.1'),
    title: z.string(),
    home_page_url: z.url(),
    feed_url: z.url(),
    next_url: z.url().optional(),
    _broadsheet: z.object({ about: z.url(), untrusted: z.string() }),
    items: z.array(
      z.strictObject({
        id: z.string(),
        url: z.url(),
        external_url: z.url().optional(),
        title: z.string(),
        summary: z.string().optional(),
        content_html: z.string().min(1),
        date_published: z.iso.datetime(),
        date_modified: z.iso.datetime().optional(),
        authors: z.array(z.object({ name: z.string() })),
        tags: z.array(z.string()),
      }),
    ),
  });

  test('keeps to version 1.1, whatever papers hold', () => {
    always((f) => {
      const read = jsonFeed.parse(JSON.parse(render('feed.json', f)));
      expect(read.items.map((i) => i.title)).toEqual(f.entries.map((e) => plainText(e.title)));
      expect(read.items.map((i) => i.authors.map((a) => a.name))).toEqual(f.entries.map((e) => e.authors));
      for (const item of read.items) expectInert(item.content_html);
      expect(read.next_url === undefined).toBe(f.nextCursor === undefined);
    });
  });
});

describe('JSON', () => {
  test('has what the page shows, says what is not to be trusted, and nothing of the reader', () => {
    const read = JSON.parse(render('json', feedOf([plain], { notice: 'No batch on Saturdays.', total: 1 })));
    expect(read).toMatchObject({
      title: 'Tuesday, 30 December 2025',
      address: 'https://papers.example/papers/date/2025-12-30',
      notice: 'No batch on Saturdays.',
      total: 1,
      untrusted: UNTRUSTED,
    });
    expect(read.papers[0]).toMatchObject({ id: '2512.00007', rank: 1, votes: 12, abstract: plain.abstract });
    expect(JSON.stringify(read)).not.toContain('voted');
  });

  test('reads back, whatever papers hold', () => {
    always((f) => {
      const read = JSON.parse(render('json', f));
      expect(read.papers.map((p: { title: string }) => p.title)).toEqual(f.entries.map((e) => plainText(e.title)));
      expect(read.papers.map((p: { abstract?: string }) => p.abstract)).toEqual(f.entries.map((e) => e.abstract));
    });
  });
});

describe('Markdown', () => {
  /** Text as Markdown shows it: a backslash before one of its signs stands for the sign. */
  const shown = (markdown: string) => markdown.replace(/\\([!-/:-@[-`{-~])/g, '$1');

  test('has one heading a paper, under which everything of the paper is words', () => {
    always((f) => {
      const lines = render('md', f).split('\n');
      expect(lines[0].startsWith('# ')).toBe(true);
      expect(lines[2]).toBe(`<!-- ${UNTRUSTED} -->`);
      const headings = lines.slice(1).filter((line) => line.startsWith('#'));
      expect(headings).toHaveLength(f.entries.length);
      for (const [index, heading] of headings.entries()) {
        const e = f.entries[index];
        const start = `## ${index + 1}. [`;
        const end = `](https://papers.example/papers/${e.key})`;
        expect(heading.startsWith(start) && heading.endsWith(end)).toBe(true);
        const title = heading.slice(start.length, -end.length);
        expect(shown(title)).toBe(plainText(e.title).replace(/\s+/g, ' '));
      }
      const ours = new Set([lines[2], ...headings, ...lines.filter((l) => l.startsWith('[Next page]'))]);
      for (const line of lines) {
        if (ours.has(line)) continue;
        const signs = line.replace(/^# |^> /, '').replace(/\\[!-/:-@[-`{-~]/g, '');
        expect(signs, line).not.toMatch(/[`*_{}[\]<>#|!~&]/);
      }
    });
  });
});

describe('citations of a list', () => {
  test('have one record a paper in each form', () => {
    always((f) => {
      const count = f.entries.length;
      expect(render('bib', f).match(/^@(misc|article|inproceedings)\{/gm) ?? []).toHaveLength(count);
      expect(render('ris', f).match(/^TY {2}- /gm) ?? []).toHaveLength(count);
      expect(render('ris', f).match(/^ER {2}- /gm) ?? []).toHaveLength(count);
      const csl = z.array(
        z.object({
          id: z.string(),
          type: z.enum(['article', 'article-journal', 'paper-conference']),
          title: z.string(),
          author: z.array(z.object({ family: z.string() }).or(z.object({ literal: z.string() }))),
          issued: z.object({ 'date-parts': z.array(z.array(z.number().int())) }),
          URL: z.url(),
        }),
      );
      expect(csl.parse(JSON.parse(render('csl.json', f)))).toHaveLength(count);
    });
  });
});
