import { expect, test } from 'vitest';
import { durationOf, progressLine } from './progress-line.ts';

test('durations are said as one would', () => {
  expect([0, 59.4, 60, 200, 3900].map(durationOf)).toEqual(['0 s', '59 s', '1 min 0 s', '3 min 20 s', '1 h 05 min']);
});

test('one line is written over, not more than ten times a second, and is gone at the end', () => {
  const written: string[] = [];
  let clock = 0;
  const line = progressLine({ write: (text) => written.push(text) }, () => clock);
  line.show({ fraction: 0.25, secondsLeft: null, label: 'linear' });
  line.show({ fraction: 0.3, secondsLeft: 9, label: 'too soon' });
  clock = 150;
  line.show({ fraction: 0.5, secondsLeft: 75, label: 'rank 1' });
  line.show({ fraction: 1, secondsLeft: 0, label: 'rank 1' });
  expect(written).toHaveLength(3);
  expect(written[0]).toContain(' 25 % · linear');
  expect(written[1]).toContain(' 50 % · 1 min 15 s left · rank 1');
  expect(written[2]).toBe('\r\u001b[K');
  expect(written.join('')).not.toContain('\n');
});
