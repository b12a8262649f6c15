import type { LabRunState } from '@broadsheet/database';
import type { ParameterValues, RunResult, Size } from '@broadsheet/experiments';
import type { Host } from '../host/index.ts';

/** A run on the server as pages and API show it. */
export interface StoredRun {
  readonly id: string;
  readonly experiment: string;
  readonly size: Size;
  readonly parameters: ParameterValues;
  readonly seeds: number;
  readonly state: LabRunState;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  readonly attempts: number;
  readonly progress: RunProgressNow | null;
  /** Why it failed or was ended. */
  readonly said: string | null;
}

export interface RunProgressNow {
  readonly fraction: number;
  readonly secondsLeft: number | null;
  readonly label: string;
}

const COLUMNS = [
  ...(['id', 'experiment', 'size', 'parameters_json', 'seeds', 'state', 'created_at', 'started_at'] as const),
  ...(['finished_at', 'attempts', 'progress_json', 'said'] as const),
];

/** A run without its result, which may be large. */
export async function findRun(host: Host, id: string): Promise<StoredRun | undefined> {
  const row = await host.database.db.selectFrom('lab_run').select(COLUMNS).where('id', '=', id).executeTakeFirst();
  return row && runOf(row);
}

/** What came out; undefined until a run is done. */
export async function resultOf(host: Host, id: string): Promise<RunResult | undefined> {
  const row = await host.database.db
    .selectFrom('lab_run')
    .select('result_json')
    .where('id', '=', id)
    .where('state', '=', 'done')
    .executeTakeFirst();
  return row?.result_json ? (JSON.parse(row.result_json) as RunResult) : undefined;
}

/** The newest finished run of an experiment with just these parameters. */
export async function newestDone(
  host: Host,
  { experiment, size, parameters }: { experiment: string; size: Size; parameters: ParameterValues },
): Promise<{ id: string; result: RunResult } | undefined> {
  const row = await host.database.db
    .selectFrom('lab_run')
    .select(['id', 'result_json'])
    .where('experiment', '=', experiment)
    .where('state', '=', 'done')
    .where('size', '=', size)
    .where('parameters_json', '=', JSON.stringify(parameters))
    .orderBy('finished_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.result_json ? { id: row.id, result: JSON.parse(row.result_json) as RunResult } : undefined;
}

/** Runs that wait or go on, oldest first. */
export async function runsInHand(host: Host): Promise<StoredRun[]> {
  const rows = await host.database.db
    .selectFrom('lab_run')
    .select(COLUMNS)
    .where('state', 'in', ['queued', 'running'])
    .orderBy('created_at')
    .limit(100)
    .execute();
  return rows.map(runOf);
}

/** How many runs ended in each way. */
export async function countRuns(host: Host): Promise<Record<LabRunState, number>> {
  const rows = await host.database.db
    .selectFrom('lab_run')
    .select((s) => ['state', s.fn.countAll<number>().as('count')])
    .groupBy('state')
    .execute();
  const of = (state: LabRunState) => Number(rows.find((row) => row.state === state)?.count ?? 0);
  return {
    queued: of('queued'),
    running: of('running'),
    done: of('done'),
    failed: of('failed'),
    cancelled: of('cancelled'),
  };
}

interface RunRow {
  id: string;
  experiment: string;
  size: string;
  parameters_json: string;
  seeds: number;
  state: LabRunState;
  created_at: number;
  started_at: number | null;
  finished_at: number | null;
  attempts: number;
  progress_json: string | null;
  said: string | null;
}

function runOf(row: RunRow): StoredRun {
  return {
    id: row.id,
    experiment: row.experiment,
    size: row.size as Size,
    parameters: JSON.parse(row.parameters_json) as ParameterValues,
    seeds: row.seeds,
    state: row.state,
    createdAt: row.created_at,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    attempts: row.attempts,
    progress: row.progress_json ? (JSON.parse(row.progress_json) as RunProgressNow) : null,
    said: row.said,
  };
}
