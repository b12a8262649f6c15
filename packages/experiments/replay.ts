import type { RunResult } from './contract.ts';
import { canonicalJson } from './result.ts';

/** How a run that was done again compares with its record, and where it differs, in words. */
export interface Comparison {
  readonly word: 'identical' | 'same verdicts' | 'different';
  readonly where: readonly string[];
}

const MOST_DIFFERENCES = 20; // named; the rest is counted

/**
 * What has no verdicts, as some parts of a run, is identical or different.
 * identical: the same measures of every seed to the last bit; same verdicts: measures moved (another executor, other
 * sources), no verdict did; different: a verdict changed, or the two are not runs of the same thing.
 */
export function compareRuns(recorded: RunResult, again: RunResult): Comparison {
  const question = differencesOfQuestion(recorded, again);
  if (question.length > 0) return { word: 'different', where: question };
  const measures = differencesOfMeasures(recorded, again);
  if (measures.length === 0) return { word: 'identical', where: [] };
  const verdicts = recorded.verdicts.flatMap((verdict) => {
    const other = again.verdicts.find((candidate) => candidate.claim === verdict.claim);
    if (other?.verdict === verdict.verdict) return [];
    return [`claim ${verdict.claim}: ${verdict.verdict} in the record, ${other?.verdict ?? 'missing'} now`];
  });
  const circumstances = [
    ...(recorded.executor === again.executor ? [] : [`executor: ${recorded.executor}, now ${again.executor}`]),
    ...(recorded.sourcesHash === again.sourcesHash ? [] : ['the sources have changed since the record']),
  ];
  return {
    word: verdicts.length > 0 || recorded.verdicts.length === 0 ? 'different' : 'same verdicts',
    where: [...verdicts, ...circumstances, ...shortened(measures)],
  };
}

function differencesOfQuestion(a: RunResult, b: RunResult): string[] {
  const facts = ['experiment', 'size', 'parameters', 'seeds'] as const;
  return facts
    .filter((fact) => canonicalJson(a[fact]) !== canonicalJson(b[fact]))
    .map((fact) => `${fact}: ${canonicalJson(a[fact])} in the record, ${canonicalJson(b[fact])} now`);
}

function differencesOfMeasures(a: RunResult, b: RunResult): string[] {
  const found: string[] = [];
  for (const outcome of a.outcomes) {
    const other = b.outcomes.find((candidate) => candidate.seed === outcome.seed);
    const names = new Set([...Object.keys(outcome.measures), ...Object.keys(other?.measures ?? {})]);
    for (const name of names) {
      const [was, is] = [outcome.measures[name] ?? null, other?.measures[name] ?? null];
      if (was !== is) found.push(`seed ${outcome.seed}, ${name}: ${was} in the record, ${is} now`);
    }
    if (canonicalJson(outcome.failures) !== canonicalJson(other?.failures ?? []))
      found.push(`seed ${outcome.seed}: ended as ${JSON.stringify(outcome.failures)} in the record`);
  }
  return found;
}

function shortened(lines: string[]): string[] {
  if (lines.length <= MOST_DIFFERENCES) return lines;
  return [...lines.slice(0, MOST_DIFFERENCES), `and ${lines.length - MOST_DIFFERENCES} measures more`];
}
