import type { Experiment, Parameter, ParameterValue, ParameterValues, Size } from './contract.ts';

export const MOST_SEEDS = 1000; // ours: a typing error should not start a year of work

/** One value that cannot be used: which, and what would be allowed. */
export interface ParameterFault {
  readonly key: string;
  readonly message: string;
}

/** Values that cannot be used, each named with its allowed range. The same for page, command and API. */
export class ParameterError extends Error {
  override name = 'ParameterError';
  readonly faults: readonly ParameterFault[];
  constructor(faults: readonly ParameterFault[]) {
    super(faults.map((fault) => fault.message).join(' '));
    this.faults = faults;
  }
}

type Described = Pick<Experiment, 'id' | 'parameters'>;

/**
 * All values of a run: what was given, checked, and the size's own values for the rest. Texts, as forms, addresses and
 * command lines give them, are read as numbers or lists where the parameter is one.
 * @throws {ParameterError} naming every fault, not only the first
 */
export function readParameters(
  experiment: Described,
  size: Size,
  given: Readonly<Record<string, unknown>> = {},
): ParameterValues {
  const faults: ParameterFault[] = [];
  const known = new Set(experiment.parameters.map((parameter) => parameter.key));
  for (const key of Object.keys(given))
    if (!known.has(key))
      faults.push({ key, message: `${experiment.id} has no parameter "${key}"; it has ${[...known].join(', ')}.` });
  const values: Record<string, ParameterValue> = {};
  for (const parameter of experiment.parameters) {
    const raw = Object.hasOwn(given, parameter.key) ? given[parameter.key] : undefined;
    const value = raw === undefined ? defaultOf(parameter, size) : readValue(parameter, raw);
    if (value === undefined) faults.push({ key: parameter.key, message: describeFault(parameter, raw) });
    else values[parameter.key] = value;
  }
  if (faults.length > 0) throw new ParameterError(faults);
  return values;
}

/** The value that a parameter has at a size unless told: the size's own, else that of the nearest smaller size. */
export function defaultOf(parameter: Parameter, size: Size): ParameterValue {
  const { live, full, paper } = parameter.defaults;
  if (size === 'paper') return paper ?? full ?? live;
  return size === 'full' ? (full ?? live) : live;
}

/** What a parameter takes, in words: 'a whole number from 1 to 300'. */
export function allowed(parameter: Parameter): string {
  switch (parameter.kind) {
    case 'integer':
      return `a whole number from ${parameter.min} to ${parameter.max}`;
    case 'real':
      return `a number from ${parameter.min} to ${parameter.max}`;
    case 'choice':
      return `one of ${parameter.options.map((option) => option.value).join(', ')}`;
    case 'integers':
      return `1 to ${parameter.mostItems} whole numbers from ${parameter.min} to ${parameter.max}, each once, with commas`;
  }
}

/**
 * The seeds of a run of `count`: 1, 2, 3 …, so that a run of more seeds holds the run of fewer.
 * @throws {ParameterError}
 */
export function seedsOf(count: unknown): number[] {
  const value = asNumber(count);
  if (value === undefined || !Number.isInteger(value) || value < 1 || value > MOST_SEEDS)
    throw new ParameterError([
      { key: 'seeds', message: `seeds is ${shown(count)}; it takes a whole number from 1 to ${MOST_SEEDS}.` },
    ]);
  return Array.from({ length: value }, (_, i) => i + 1);
}

function readValue(parameter: Parameter, raw: unknown): ParameterValue | undefined {
  switch (parameter.kind) {
    case 'integer':
    case 'real': {
      const value = asNumber(raw);
      return value !== undefined && fits(parameter, value, parameter.kind === 'integer') ? value : undefined;
    }
    case 'choice':
      return parameter.options.find((option) => option.value === raw)?.value;
    case 'integers': {
      const items = (typeof raw === 'string' ? raw.split(',') : Array.isArray(raw) ? raw : [raw]).map(asNumber);
      const numbers = items.filter((item) => item !== undefined && fits(parameter, item, true)) as number[];
      const isComplete = numbers.length === items.length && new Set(numbers).size === numbers.length;
      return isComplete && numbers.length >= 1 && numbers.length <= parameter.mostItems ? numbers : undefined;
    }
  }
}

function fits(range: { min: number; max: number }, value: number, isWhole: boolean): boolean {
  return value >= range.min && value <= range.max && (!isWhole || Number.isInteger(value));
}

/** A finite number out of a number or its text; '' and '0x10' are none. */
function asNumber(raw: unknown): number | undefined {
  if (typeof raw === 'number') return Number.isFinite(raw) ? raw : undefined;
  if (typeof raw !== 'string' || !/^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(raw)) return undefined;
  const value = Number(raw);
  return Number.isFinite(value) ? value : undefined;
}

function describeFault(parameter: Parameter, raw: unknown): string {
  return `${parameter.key} is ${shown(raw)}; it takes ${allowed(parameter)}.`;
}

function shown(raw: unknown): string {
  const text = typeof raw === 'string' ? `"${raw}"` : (JSON.stringify(raw) ?? String(raw));
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
