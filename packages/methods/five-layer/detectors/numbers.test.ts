import { expect, test } from 'vitest';
import { checkNumbers, matchNumbers, questionAbout } from './numbers.ts';

const SOURCE =
  'We took 40 devices. The method was right on 91 % of them. It took 1,200 steps. Nothing else was changed. The rest is told below. On other devices it was right on 93 % of 7.';

test.for([
  ['It is right on 91 % of devices', 'The method was right on 91 % of them'],
  ['It is right on 91% of devices', 'The method was right on 91 % of them'],
  ['A share of 0.91', 'The method was right on 91 % of them'],
  ['0.912 of them', 'The method was right on 91 % of them'],
  ['It takes 1200 steps', 'It took 1,200 steps'],
  ['Of 40 devices', 'It took 1,200 steps'],
] as const)('"%s" stands where it cites from', ([claim, quote]) => {
  expect(matchNumbers(claim, quote, SOURCE)?.missing).toEqual([]);
});

test('a number that stands elsewhere in the source, and not where the claim cites from, is missing there', () => {
  const match = matchNumbers('It is right on 93 % of devices', 'The method was right on 91 % of them', SOURCE);
  expect(match).toEqual({ missing: ['93 %'], instead: ['40', '91 %', '1200'] });
  // Without a quotation the whole source is the place.
  expect(matchNumbers('It is right on 93 % of devices', null, SOURCE)?.missing).toEqual([]);
  expect(matchNumbers('It is right on 97 % of devices', null, SOURCE)?.missing).toEqual(['97 %']);
});

test.for([
  ['4 devices were faster', 'It was tried on four devices.'],
  ['E1 says so, as GPT-4 does and 2411.14961v2', 'It says so.'],
  ['A cost of -3.5', 'The cost is −3.5 in all.'],
] as const)('"%s" against "%s": words for numbers, names with digits, and signs', ([claim, source]) => {
  expect(matchNumbers(claim, null, source)?.missing ?? []).toEqual([]);
});

test('a sign, a decimal point or a digit that differs is another number', () => {
  for (const claim of ['a cost of 3.5', 'a cost of -35', 'a cost of -3.6'])
    expect(matchNumbers(claim, null, 'The cost is −3.5 in all.')?.missing, claim).toHaveLength(1);
});

test('one claim with a number from nowhere is amber and says which stands there; two of the last four are red; none is grey', () => {
  const wrong = { missing: ['93 %'], instead: ['91 %'] };
  expect(checkNumbers([])).toMatchObject({ result: 'skipped' });
  expect(checkNumbers([{ missing: [], instead: ['7'] }])).toMatchObject({ result: 'pass' });
  expect(checkNumbers([wrong])).toMatchObject({
    result: 'amber',
    detail: 'A claim says "93 %", which does not stand where it cites from; "91 %" does.',
  });
  const right = { missing: [], instead: [] };
  expect(checkNumbers([wrong, right, wrong])).toMatchObject({ result: 'red' });
  expect(checkNumbers([wrong, right, right, right, wrong])).toMatchObject({ result: 'amber', n: 4 });
});

test('a claim is asked about without the number that it names', () => {
  expect(questionAbout('It is right on 93 % of 40 devices')).toBe(
    'Which number stands in place of the first “…” here: "It is right on … of … devices"?',
  );
  expect(questionAbout('It is right')).toBe('In a few words: what does this rest on: "It is right"?');
});
