import { describe, expect, test } from 'vitest';
import { allOf, piecesOf } from './testing/read-recorded.ts';
import { childText, childTexts, elementsOf } from './xml.ts';

const read = (...pieces: string[]) => allOf(elementsOf(piecesOf(...pieces), new Set(['p'])));

describe('elements of a document', () => {
  test('are given whole, with children, attributes, entities and CDATA, however they are cut up', async () => {
    const { items } = await read(
      '<r><p k="a&amp;b"><n>Lö',
      'we</n><n>B</n> x &l',
      't; <![CDATA[<y>]]></p><q/',
      '></r>',
    );
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({ name: 'p', attributes: { k: 'a&b' }, text: ' x < <y>' });
    expect(childTexts(items[0], 'n')).toEqual(['Löwe', 'B']);
    expect(childText(items[0], 'missing')).toBeUndefined();
  });

  test('each is given before the next one arrives: memory holds one', async () => {
    const given: string[] = [];
    const source = async function* () {
      yield '<r>';
      for (let i = 0; i < 3; i++) {
        expect(given).toHaveLength(i);
        yield `<p>${i}</p>`;
      }
      yield '</r>';
    };
    for await (const element of elementsOf(source(), new Set(['p']))) given.push(element.text);
    expect(given).toEqual(['0', '1', '2']);
  });

  test('control characters, which XML forbids, are dropped and hide nothing', async () => {
    const { items, error } = await read('<r><p>a\u0000b\u000bc</p><p>d\ufffe</p></r>');
    expect(error).toBeUndefined();
    expect(items.map((p) => p.text)).toEqual(['abc', 'd']);
  });

  test('a letter of two bytes may be cut in the middle', async () => {
    const bytes = new TextEncoder().encode('<r><p>ö</p></r>');
    const pieces = (async function* () {
      yield bytes.subarray(0, 7);
      yield bytes.subarray(7);
    })();
    expect((await allOf(elementsOf(pieces, new Set(['p'])))).items[0].text).toBe('ö');
  });
});

describe('what is no whole document', () => {
  test.for([
    ['nothing', '', /is empty/],
    ['white space', ' \n ', /is empty/],
    ['a sentence', 'Rate exceeded.', /text data outside of root node/],
    ['a web page', '<html><body><p>one</p><br>&nbsp;</body></html>', /undefined entity|unexpected close tag/],
    ['a document without its end', '<r><p>one</p><p>tw', /unclosed tag|ends in the middle/],
    ['text after the root', '<r><p>one</p></r> more', /text data outside of root node/],
  ] as [string, string, RegExp][])('%s fails and says why', async ([, text, reason]) => {
    expect((await read(text)).error?.message).toMatch(reason);
  });

  test('what came whole before the cut is given', async () => {
    expect((await read('<r><p>one</p>', '<p>tw')).items.map((p) => p.text)).toEqual(['one']);
  });

  test('entities that a document declares itself are not expanded', async () => {
    const bomb = '<!DOCTYPE r [<!ENTITY a "boom"><!ENTITY b "&a;&a;">]><r><p>&b;</p></r>';
    expect((await read(bomb)).error?.message).toMatch(/undefined entity/);
  });

  test('an element without end is refused before it fills the memory', async () => {
    let sent = 0;
    const endless = async function* () {
      yield '<r><p>';
      for (; ; sent += 65_536) yield 'x'.repeat(65_536);
    };
    const { error } = await allOf(elementsOf(endless(), new Set(['p'])));
    expect(error?.message).toMatch(/a <p> is longer than 4194304 characters/);
    expect(sent).toBeLessThan(5 * 1024 * 1024);
  });
});
