import { expect, test } from 'vitest';
import { setOfCategory } from './sets.ts';

test.for([
  ['cs.AI', 'cs:cs:AI'],
  ['stat.ML', 'stat:stat:ML'],
  ['hep-th', 'physics:hep-th'],
  ['astro-ph.GA', 'physics:astro-ph:GA'],
  ['cond-mat.mes-hall', 'physics:cond-mat:mes-hall'],
  ['cs', 'cs'],
])('the set of %s is %s', ([category, set]) => {
  expect(setOfCategory(category)).toBe(set);
});
