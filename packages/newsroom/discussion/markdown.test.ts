import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderMarkdown } from './index.ts';

const html = (text: string) => renderMarkdown(text).html;
const ALLOWED =
  /^(p|strong|em|s|b|a|br|hr|ul|ol|li|blockquote|code|pre|table|thead|tbody|tr|th|td|span|math|semantics|annotation|m[a-z]+)$/;

describe('Markdown of comments', () => {
  test.for([
    ['**bold** and *slanted*', '<p><strong>bold</strong> and <em>slanted</em></p>'],
    ['one\ntwo', '<p>one<br>two</p>'],
    ['- a\n- b', '<ul><li>a</li><li>b</li></ul>'],
    ['# Loud', '<p><strong>Loud</strong></p>'],
    ['> said', '<blockquote><p>said</p></blockquote>'],
    ['`a < b`', '<p><code>a &#60; b</code></p>'],
    [
      'see https://example.org/a',
      '<p>see <a href="https://example.org/a" rel="nofollow ugc noopener">https://example.org/a</a></p>',
    ],
    ['mail me at a@b.example, or read foo.com', '<p>mail me at a@b.example, or read foo.com</p>'],
  ] as const)('%s', ([text, expected]) => {
    expect(html(text)).toBe(expected);
  });

  test('formulas are drawn as in abstracts; money stays money, and code stays code', () => {
    expect(html('so $a_1 * b_2 * c$ it is')).toContain('<math');
    expect(html('so $a_1 * b_2 * c$ it is')).not.toContain('<em>');
    expect(html('$$\n\\sum_i x_i\n$$')).toContain('display="block"');
    expect(html('from $5 to $10 each')).toBe('<p>from $5 to $10 each</p>');
    expect(html('`$x$`')).toBe('<p><code>$x$</code></p>');
  });

  test('handles are found where they stand alone', () => {
    const { mentions, html: shown } = renderMarkdown(
      'thanks @Ada and @bo-chen, not a@b.example, `@code`, [@linked](https://x.example) or x/@y',
    );
    expect(mentions).toEqual(['ada', 'bo-chen']);
    expect(shown).toContain('<b class="mention">@Ada</b>');
  });

  test.for([
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '![x](https://evil.example/pixel.png)',
    '[x](javascript:alert(1))',
    '[x](JaVaScRiPt:alert(1))',
    '[x](java&#115;cript:alert(1))',
    '[x](data:text/html;base64,PHNjcmlwdD4=)',
    '[x](vbscript:x)',
    '<javascript:alert(1)>',
    '[x]: javascript:alert(1)\n\n[x]',
    '[a](https://x.example "onclick=alert(1)")',
    '[a](https://x.example/"onmouseover="alert(1))',
    '`<svg onload=alert(1)>`',
    '```"><img src=x onerror=alert(1)>\n<b onclick=x>\n```',
    '$\\href{javascript:alert(1)}{x}$',
    '$\\htmlData{x=1}{y}$ $<script>alert(1)</script>$',
    '| a |\n|:-:|\n| <b onclick=alert(1)>x</b> |',
    '@ada"onclick=alert(1)',
    '&lt;script&gt;alert(1)&lt;/script&gt;',
  ])('%s is inert', (text) => {
    expectInert(html(text));
  });

  test('no input gives a tag or an attribute that is not listed', () => {
    const piece = fc.constantFrom(
      ...[
        '<',
        '>',
        '"',
        "'",
        '&',
        '[',
        ']',
        '(',
        ')',
        '!',
        '`',
        '*',
        '_',
        '~~',
        '#',
        '|',
        '-',
        '\n',
        '\n\n',
        '$',
        '\\',
      ],
      ...['javascript:', 'https://', 'onclick=', '@ada', '<b ', 'script', '```', '    ', '&#106;', ' ', 'x', '\u0000'],
    );
    fc.assert(
      fc.property(
        fc.array(fc.oneof(piece, fc.string({ unit: 'grapheme', maxLength: 4 })), { maxLength: 40 }),
        (pieces) => expectInert(html(pieces.join(''))),
      ),
      { numRuns: 600 },
    );
  });

  test('nested and repeated without end, it is still read', () => {
    for (const text of [
      '>'.repeat(10_000),
      '['.repeat(10_000),
      '$x$'.repeat(3_300),
      '*'.repeat(10_000),
      '- '.repeat(5_000),
    ])
      expectInert(html(text));
  });
});

function expectInert(shown: string): void {
  const tags = [...shown.matchAll(/<\/?([^\s>/]+)([^>]*)>/g)];
  for (const [, tag, attributes] of tags) {
    expect(tag).toMatch(ALLOWED);
    // MathML's own; of ours, links and the mark of a mention.
    if (tag === 'a')
      expect(attributes).toMatch(/^( href="(https?:\/\/|mailto:)[^"<>]*" rel="nofollow ugc noopener")?$/);
    else expect(attributes).not.toMatch(/\s(on\w+|href|src|style)\s*=/i);
  }
}
