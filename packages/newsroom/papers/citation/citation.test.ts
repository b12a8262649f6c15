import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Citable } from './index.ts';
import { coins, highwireTags, jsonLd, toBibtex, toCslJson, toRis } from './index.ts';

const context = { baseUrl: 'https://papers.example.org' };
const paper: Citable = {
  key: '2503.00001',
  arxivId: '2503.00001',
  title: 'Learning {Maps} of 50\\% & $O(n)$ Things_with #Signs',
  abstract: 'We do it.',
  authors: ['Ada van der Löwe', 'Plato', 'Ng, Andrew'],
  categories: ['cs.LG', 'stat.ML'],
  keywords: ['maps', 'signs'],
  publishedAt: Date.parse('2025-03-01T12:00:00Z'),
  listedOn: '2025-03-03',
};

describe('citations', () => {
  test('BibTeX of a preprint carries the eprint fields and escapes what TeX would read', () => {
    expect(toBibtex([paper], context)).toBe(`@misc{vanderlowe2025learning,
  title = {{Learning Maps of 50\\% \\& O(n) Things\\_with \\#Signs}},
  author = {van der Löwe, Ada and {Plato} and Ng, Andrew},
  year = {2025},
  month = mar,
  eprint = {2503.00001},
  archivePrefix = {arXiv},
  primaryClass = {cs.LG},
  url = {https://arxiv.org/abs/2503.00001}
}
`);
  });

  test('a journal makes it an article; equal keys in one file are told apart', () => {
    const article = { ...paper, journalRef: 'J. Tests 3 (2025) 1–9', doi: '10.1000/x_y' };
    const text = toBibtex([article, article], context);
    expect(text).toContain('@article{vanderlowe2025learning,');
    expect(text).toContain('@article{vanderlowe2025learninga,');
    expect(text).toContain('doi = {10.1000/x\\_y}');
  });

  test('braces always balance, whatever the title and names hold', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 1 }),
        fc.array(fc.string({ unit: 'grapheme', minLength: 1 })),
        (title, authors) => {
          const text = toBibtex([{ ...paper, title, authors }], context).replace(/\\[{}]/g, '');
          let depth = 0;
          for (const c of text) {
            if (c === '{') depth += 1;
            if (c === '}') depth -= 1;
            expect(depth).toBeGreaterThanOrEqual(0);
          }
          expect(depth).toBe(0);
        },
      ),
    );
  });

  test('RIS has a type first, an end last, and one line a field', () => {
    const lines = toRis([{ ...paper, abstract: 'Two\nlines.' }], context)
      .trim()
      .split('\r\n');
    expect(lines[0]).toBe('TY  - GEN');
    expect(lines.at(-1)).toBe('ER  -');
    expect(lines).toContain('AU  - van der Löwe, Ada');
    expect(lines.every((line) => /^[A-Z][A-Z0-9] {2}-/.test(line))).toBe(true);
  });

  test('CSL-JSON names people by their parts', () => {
    const [item] = JSON.parse(toCslJson([paper], context));
    expect(item.author).toEqual([
      { family: 'van der Löwe', given: 'Ada' },
      { literal: 'Plato' },
      { family: 'Ng', given: 'Andrew' },
    ]);
    expect(item.issued['date-parts']).toEqual([[2025, 3, 1]]);
  });

  test('Zotero finds title, every author and the PDF in the page, and the paper in a list', () => {
    const tags = highwireTags(paper, context);
    expect(tags.filter((tag) => tag.name === 'citation_author')).toHaveLength(3);
    expect(tags).toContainEqual({ name: 'citation_pdf_url', content: 'https://arxiv.org/pdf/2503.00001' });
    expect(new URLSearchParams(coins(paper)).get('rft.atitle')).toBe(
      'Learning {Maps} of 50% & O(n) Things_with #Signs',
    );
  });

  test('JSON-LD names the paper’s DOI, arXiv’s where it has no other, and its licence where one is known', () => {
    const license = 'http://creativecommons.org/licenses/by/4.0/';
    expect(JSON.parse(jsonLd({ ...paper, doi: undefined, license }, context))).toMatchObject({
      '@type': 'ScholarlyArticle',
      identifier: { propertyID: 'DOI', value: '10.48550/arXiv.2503.00001' },
      license,
    });
  });

  test('JSON-LD cannot end its script element', () => {
    expect(jsonLd({ ...paper, title: '</script><script>alert(1)</script>' }, context)).not.toContain('<');
  });
});
