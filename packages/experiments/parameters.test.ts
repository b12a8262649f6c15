import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Parameter } from './contract.ts';
import { ParameterError, readParameters, seedsOf } from './parameters.ts';

const base = { help: 'What it does.', isControl: true };
const parameters: Parameter[] = [
  { ...base, key: 'units', label: 'Units', kind: 'integer', min: 2, max: 300, defaults: { live: 50, paper: 300 } },
  { ...base, key: 'rate', label: 'Rate', kind: 'real', min: 0, max: 1, defaults: { live: 0.1, full: 0.2 } },
  {
    ...base,
    key: 'match',
    label: 'Match',
    kind: 'choice',
    options: [
      { value: 'fro', label: 'Frobenius' },
      { value: 's1', label: 'Operator' },
    ],
    defaults: { live: 'fro' },
  },
  {
    ...base,
    key: 'ranks',
    label: 'Ranks',
    kind: 'integers',
    min: 1,
    max: 300,
    mostItems: 3,
    defaults: { live: [1, 50] },
  },
];
const experiment = { id: 'trial', parameters };

const faultsOf = (given: Record<string, unknown>): string[] => {
  try {
    readParameters(experiment, 'live', given);
    return [];
  } catch (error) {
    return (error as ParameterError).faults.map((fault) => fault.message);
  }
};

describe('parameters of a run', () => {
  test('what is not given has the value of the size, or of the nearest smaller one', () => {
    expect(readParameters(experiment, 'live')).toEqual({ units: 50, rate: 0.1, match: 'fro', ranks: [1, 50] });
    expect(readParameters(experiment, 'full')).toMatchObject({ units: 50, rate: 0.2 });
    expect(readParameters(experiment, 'paper')).toMatchObject({ units: 300, rate: 0.2 });
  });

  test('texts of a form or a command line are read as what the parameter is', () => {
    const given = { units: '100', rate: '2.5e-1', match: 's1', ranks: '1, 10,100' };
    expect(readParameters(experiment, 'live', given)).toEqual({
      units: 100,
      rate: 0.25,
      match: 's1',
      ranks: [1, 10, 100],
    });
  });

  test.each([
    ['units', 301, 'a whole number from 2 to 300'],
    ['units', '2.5', 'a whole number from 2 to 300'],
    ['units', '', 'a whole number from 2 to 300'],
    ['rate', Number.NaN, 'a number from 0 to 1'],
    ['rate', null, 'a number from 0 to 1'],
    ['match', 'frob', 'one of fro, s1'],
    ['ranks', [1, 2, 3, 4], '1 to 3 whole numbers from 1 to 300'],
    ['ranks', '1,1', 'each once'],
    ['ranks', '', '1 to 3 whole numbers'],
  ])('%s = %j is refused with what would be allowed', (key, value, range) => {
    const [message, ...others] = faultsOf({ [key]: value });
    expect(message).toContain(`${key} is `);
    expect(message).toContain(range);
    expect(others).toEqual([]);
  });

  test('every fault is named at once, unknown keys with the known ones', () => {
    const messages = faultsOf({ units: 0, rate: 7, learningRate: 1 });
    expect(messages).toHaveLength(3);
    expect(messages.join()).toContain('units, rate, match, ranks');
  });

  test('whatever is given, either a complete set of values in range comes out or a fault', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('units', 'rate', 'match', 'ranks', '__proto__'), fc.anything()),
        (given) => {
          try {
            const values = readParameters(experiment, 'live', given);
            expect(values.units).toSatisfy((n: number) => Number.isInteger(n) && n >= 2 && n <= 300);
            expect(['fro', 's1']).toContain(values.match);
          } catch (error) {
            expect(error).toBeInstanceOf(ParameterError);
          }
        },
      ),
    );
  });

  test('a run of more seeds holds the run of fewer', () => {
    expect(seedsOf('3')).toEqual([1, 2, 3]);
    expect(() => seedsOf(0)).toThrow(/1 to 1000/);
    expect(() => seedsOf('1e9')).toThrow(/1 to 1000/);
  });
});
