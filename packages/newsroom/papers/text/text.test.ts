import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { abstractHtml, firstSentence, plainText, titleHtml } from './index.ts';

/** Everything that may come out: prose marks, links, and MathML as KaTeX writes it. */
const ALLOWED = /^(em|strong|code|a|span|math|semantics|annotation|m[a-z]+)$/;

function tagsIn(html: string): string[] {
  return [...html.matchAll(/<\/?([^\s>/]+)/g)].map((m) => m[1]);
}

describe('titles and abstracts as HTML', () => {
  test('formulas become MathML', () => {
    expect(titleHtml('An $O(n^2)$ bound')).toMatch(/^An <span class="katex"><math .*<\/math><\/span> bound$/);
    expect(abstractHtml('\\(a+b\\) and $$c$$')).toContain('display="block"');
  });

  test('a formula that cannot be read shows its source', () => {
    expect(titleHtml('$\\frac{$ x$')).not.toContain('katex-error');
    expect(titleHtml('see $\\undefinedmacro{x}$')).toBe('see <code>\\undefinedmacro{x}</code>');
  });

  test.for([
    'Costs fall from $5 to $10 a token',
    'It takes $100 and patience',
    'only one $ here',
    'US$ 3 million or $4 million',
  ])('dollars stay dollars: %s', (text) => {
    expect(titleHtml(text)).toBe(text);
    expect(plainText(text)).toBe(text);
  });

  test.for([
    ['Schr\\"{o}dinger', 'Schrödinger'],
    ["Poincar\\'e and Erd\\H{o}s", 'Poincaré and Erdős'],
    ['\\v{C}ech, \\c{c}a, \\aa ngstr\\"om', 'Čech, ça, ångström'],
    ['na\\"{\\i}ve', 'naïve'],
    ["``so'' --- pages 3--4", '“so” — pages 3–4'],
    ['50\\% of \\$5 \\& more', '50% of $5 & more'],
    ['\\emph{very} \\textbf{bold}', 'very bold'],
  ] as const)('TeX outside maths: %s', ([tex, text]) => {
    expect(plainText(tex)).toBe(text);
  });

  test.for([
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '\\href{javascript:alert(1)}{click}',
    '\\url{javascript:alert(1)}',
    '$\\href{javascript:alert(1)}{x}$',
    '$\\includegraphics{http://evil/x.png}$',
    '$\\htmlClass{x}{y}$',
    '$<script>alert(1)</script>$',
    '\\emph{<b onclick=alert(1)>x</b>}',
    '"><svg onload=alert(1)>',
  ])('%s is inert', (text) => {
    for (const html of [titleHtml(text), abstractHtml(text)]) {
      expect(tagsIn(html).every((tag) => ALLOWED.test(tag))).toBe(true);
      expect(html).not.toMatch(/<[^>]*\s(on\w+|style)=|href="(?!https?:)/i);
    }
  });

  test('a \\url becomes a link that search engines need not follow', () => {
    expect(abstractHtml('code at \\url{https://example.org/a?b=1&c=2}')).toBe(
      'code at <a href="https://example.org/a?b=1&#38;c=2" rel="nofollow">https://example.org/a?b=1&#38;c=2</a>',
    );
  });

  test('no input gives a tag that is not allowed, and none throws', () => {
    const piece = fc.constantFrom(
      '$',
      '$$',
      '\\(',
      '\\)',
      '<',
      '>',
      '"',
      "'",
      '&',
      '\\emph{',
      '}',
      '\\href{',
      '{',
      '\\',
      '_',
      '^',
      '%',
      '5',
      'x',
      ' ',
      '\u0000',
      '\u202e',
    );
    fc.assert(
      fc.property(
        fc.array(fc.oneof(piece, fc.string({ unit: 'grapheme', maxLength: 4 })), { maxLength: 30 }),
        (pieces) => {
          const html = abstractHtml(pieces.join(''));
          expect(tagsIn(html).filter((tag) => !ALLOWED.test(tag))).toEqual([]);
        },
      ),
      { numRuns: 400 },
    );
  });

  test('a formula of a hundred thousand characters costs no time', () => {
    const startedAt = performance.now();
    titleHtml(`$${'x^'.repeat(50_000)}$`);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});

describe('first sentence', () => {
  test('abbreviations and initials end none', () => {
    expect(firstSentence('As shown by A. Smith et al. in e.g. Fig. 2, it works well. Then more.')).toBe(
      'As shown by A. Smith et al. in e.g. Fig. 2, it works well.',
    );
  });

  test('a very long one is cut at a word', () => {
    const cut = firstSentence('word '.repeat(200));
    expect(cut.length).toBeLessThan(330);
    expect(cut.endsWith('word …')).toBe(true);
  });
});
