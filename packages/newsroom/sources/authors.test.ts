import { expect, test } from 'vitest';
import { splitAuthors, splitCreators } from './authors.ts';

test.for([
  ['A. One', ['A. One']],
  ['A. One and B. Two', ['A. One', 'B. Two']],
  ['A. One, B. Two, and C. Three', ['A. One', 'B. Two', 'C. Three']],
  ['A. One (1), B. Two (1 and 2) ((1) Here (North), There, (2) Elsewhere)', ['A. One', 'B. Two']],
  ['A. One, Jr., B. Two III, C. Three, IV', ['A. One, Jr.', 'B. Two III', 'C. Three, IV']],
  ['Sandy Anderson, Andy And', ['Sandy Anderson', 'Andy And']],
  ['G. L\\"owe, \\\'E. Tan', ['G. Löwe', 'É. Tan']],
  [' , A. One,, ', ['A. One']],
  ['', []],
] as [string, string[]][])('a line of authors: %j', ([line, names]) => {
  expect(splitAuthors(line)).toEqual(names);
});

test.for([
  ['Ada One, Bo Two', ['Ada One', 'Bo Two']],
  ['The Tea and Biscuits Collaboration, Ada One', ['The Tea and Biscuits Collaboration', 'Ada One']],
  ['Ada One (Here, North), Bo Two, Sr.', ['Ada One', 'Bo Two, Sr.']],
] as [string, string[]][])('a comma list of creators: %j', ([line, names]) => {
  expect(splitCreators(line)).toEqual(names);
});
