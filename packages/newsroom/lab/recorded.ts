import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import {
  type Confirmation,
  confirmationPath,
  confirms,
  isIntact,
  isRecord,
  isStale,
  type RunResult,
  type Size,
  type Verdict,
} from '@broadsheet/experiments';
import type { Host } from '../host/index.ts';
import { laboratoryOf } from './experiments.ts';

/** A run that ships with the program. */
export interface RecordedRun {
  /** 'recorded-connectivity-full'; of full.papers.json.gz 'recorded-happy-full-papers'. */
  readonly id: string;
  /** Made with other parameters than the size's own ('papers'): it stands beside the claims' verdicts, not for them. */
  readonly variant?: string;
  readonly result: RunResult;
  /** The code behind it has changed since it was recorded, and nothing has confirmed it. */
  readonly isStale: boolean;
  /** Parts that the code of today has run again with the same outcome, where it is another than the record's. */
  readonly confirmation?: Confirmation;
}

/** The largest first: that is the one to show, and to compare with. */
const ORDER: readonly Size[] = ['paper', 'full', 'live'];
const kept = new WeakMap<Host, Map<string, RecordedRun[]>>();

/**
 * The recorded runs of an experiment, largest size first, those with other parameters last. Files that are not what their
 * hash says are left out and logged.
 */
export function recordedRuns(host: Host, experiment: string): RecordedRun[] {
  const mine = kept.get(host) ?? new Map<string, RecordedRun[]>();
  kept.set(host, mine);
  const known = mine.get(experiment);
  if (known) return known;
  const laboratory = laboratoryOf(host);
  const folder = fileURLToPath(laboratory.recordedFolder(experiment));
  const names = existsSync(folder) ? readdirSync(folder).filter(isRecord) : [];
  const hash = names.length > 0 ? laboratory.sourcesHash(experiment) : '';
  const runs = names.flatMap((name) => {
    const result = readResult(host, `${folder}/${name}`, experiment);
    if (!result) return [];
    const confirmation = isStale(result, hash) ? readConfirmation(host, `${folder}/${name}`) : undefined;
    const variant = /^[a-z]+\.([a-z]+)\.json/.exec(name)?.[1];
    const isConfirmed = confirms(confirmation, result, hash);
    return [
      {
        id: ['recorded', experiment, result.size, ...(variant ? [variant] : [])].join('-'),
        variant,
        result,
        isStale: isStale(result, hash) && !isConfirmed,
        confirmation: isConfirmed ? confirmation : undefined,
      },
    ];
  });
  const place = ({ variant, result: { size } }: RecordedRun) =>
    ORDER.indexOf(size) + (variant === undefined ? 0 : ORDER.length);
  runs.sort((a, b) => place(a) - place(b));
  mine.set(experiment, runs);
  return runs;
}

/** How many claims the recorded runs of an experiment test, and how many of those they support; nothing of it is loaded. */
export function recordedTally(host: Host, experiment: string): { supported: number; tested: number } {
  const verdicts = [...verdictsOf(recordedRuns(host, experiment).filter(isPlain)).values()];
  return {
    supported: verdicts.filter(({ verdict }) => verdict.verdict === 'supported').length,
    tested: verdicts.length,
  };
}

/** Whether a run stands for the claims' verdicts. */
export function isPlain({ variant }: RecordedRun): boolean {
  return variant === undefined;
}

/** What is known of each claim that any of these runs tests: from the first that does. */
export function verdictsOf<R extends Pick<RecordedRun, 'result'>>(
  runs: readonly R[],
): Map<string, { readonly verdict: Verdict; readonly run: R }> {
  const known = new Map<string, { verdict: Verdict; run: R }>();
  for (const run of runs)
    for (const verdict of run.result.verdicts)
      if (verdict.verdict !== 'not run' && !known.has(verdict.claim)) known.set(verdict.claim, { verdict, run });
  return known;
}

export function findRecorded(host: Host, id: string): RecordedRun | undefined {
  const name = /^recorded-(.+)-(?:live|full|paper)(?:-[a-z]+)?$/.exec(id)?.[1];
  if (
    name === undefined ||
    !laboratoryOf(host)
      .list()
      .some((e) => e.id === name)
  )
    return undefined;
  return recordedRuns(host, name).find((run) => run.id === id);
}

function readConfirmation(host: Host, record: string): Confirmation | undefined {
  const path = confirmationPath(record);
  if (!existsSync(path)) return undefined;
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Confirmation;
  } catch (error) {
    host.log.error('a confirmation of a recorded run cannot be read; the run counts as stale', { path, error });
    return undefined;
  }
}

function readResult(host: Host, path: string, experiment: string): RunResult | undefined {
  try {
    const bytes = readFileSync(path);
    const result = JSON.parse((path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')) as RunResult;
    if (result.format !== 1 || result.experiment !== experiment) throw new Error('it is no result of this experiment');
    if (!isIntact(result)) throw new Error('its measures are not those of its hash');
    return result;
  } catch (error) {
    host.log.error('a recorded run cannot be read and is not shown', { path, error });
    return undefined;
  }
}
