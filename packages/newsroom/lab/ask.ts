import { createHash, randomBytes } from 'node:crypto';
import { type Schema, transaction } from '@broadsheet/database';
import type { Jobs } from '@broadsheet/database/jobs';
import { ParameterError, type ParameterFault, readParameters, type Size, seedsOf } from '@broadsheet/experiments';
import type { Kysely } from 'kysely';
import { network } from '../accounts/index.ts';
import type { Host } from '../host/index.ts';
import { laboratoryOf } from './experiments.ts';
import { findRun, type StoredRun } from './runs.ts';

export const QUEUE = 'lab';
/** Runs that one asker may have waiting or going on at once. */
const AT_ONCE = 2;
/** Seeds of one run on the server; the command takes more. */
const MOST_SEEDS_HERE = 50;
const HOUR = 3_600_000;
/** Sizes that the server runs for readers; the paper's own scale takes hours and is for the command. */
export const SERVER_SIZES: readonly Size[] = ['live', 'full'];

export interface Asked {
  readonly experiment: string;
  readonly size: string;
  readonly seeds?: unknown;
  readonly parameters?: Readonly<Record<string, unknown>>;
}

/** Why a run is not taken: what is wrong with it, or when to come back. */
export type Refusal =
  | { readonly kind: 'off' }
  | { readonly kind: 'unknown'; readonly said: string }
  | { readonly kind: 'faults'; readonly faults: readonly ParameterFault[] }
  | { readonly kind: 'busy'; readonly said: string; readonly retryAfterSeconds: number };

/** Who asks: a reader with an account wherever they are, anybody else by the network they come from. */
export interface Asker {
  readonly address: string;
  readonly readerId?: number;
}

/**
 * Takes a run for the server, if what is asked can be run and neither the asker nor the site has too much in hand.
 * @param asker only its fingerprint is kept
 */
export async function askForRun(
  host: Host,
  jobs: Jobs,
  asked: Asked,
  asker: Asker,
): Promise<{ readonly run: StoredRun } | { readonly refusal: Refusal }> {
  if (!host.settings.lab.serverRuns) return { refusal: { kind: 'off' } };
  const experiment = await laboratoryOf(host).load(asked.experiment);
  if (!experiment) {
    const known = laboratoryOf(host)
      .list()
      .map((e) => e.id);
    const said = `There is no experiment "${asked.experiment}"; there ${known.length === 0 ? 'is none here' : `are ${known.join(', ')}`}.`;
    return { refusal: { kind: 'unknown', said } };
  }
  const read = readAsked(experiment, asked);
  if (read.faults) return { refusal: { kind: 'faults', faults: read.faults } };
  const id = randomBytes(12).toString('base64url');
  const askedBy = await fingerprint(host, asker);
  const now = host.now();
  const refusal = await transaction(host.database, async (db): Promise<Refusal | undefined> => {
    await inTurn(db);
    const inHand = await db
      .selectFrom('lab_run')
      .select(['asked_by', 'created_at'])
      .where('state', 'in', ['queued', 'running'])
      .execute();
    if (inHand.length >= host.settings.lab.queue) {
      const said = `${inHand.length} runs wait on this site already, as many as it takes. Come back in a few minutes, or run it in your browser.`;
      return { kind: 'busy', said, retryAfterSeconds: 300 };
    }
    if (inHand.filter((run) => run.asked_by === askedBy).length >= AT_ONCE) {
      const said = `${AT_ONCE} runs of yours are in hand; the next is taken when one of them has ended. It can also run in your browser at once.`;
      return { kind: 'busy', said, retryAfterSeconds: 60 };
    }
    const recent = await db
      .selectFrom('lab_run')
      .select('created_at')
      .where('asked_by', '=', askedBy)
      .where('created_at', '>', now - HOUR)
      .orderBy('created_at', 'desc')
      .limit(host.settings.lab.runsPerHour)
      .execute();
    if (recent.length >= host.settings.lab.runsPerHour) {
      const seconds = Math.ceil((recent[recent.length - 1].created_at + HOUR - now) / 1000);
      const said = `${recent.length} runs were asked for ${asker.readerId === undefined ? 'from your address' : 'by you'} within an hour, as many as this site takes. Come back in ${Math.ceil(seconds / 60)} minutes, or run it in your browser.`;
      return { kind: 'busy', said, retryAfterSeconds: seconds };
    }
    const row = { id, experiment: experiment.id, size: read.size, parameters_json: JSON.stringify(read.parameters) };
    await db
      .insertInto('lab_run')
      .values({ ...row, seeds: read.seeds, state: 'queued', asked_by: askedBy, created_at: now, ...BLANK })
      .execute();
    return undefined;
  });
  if (refusal) return { refusal };
  await jobs.enqueue(QUEUE, { run: id }, { singletonKey: id, maxAttempts: 10 });
  return { run: (await findRun(host, id)) as StoredRun };
}

const BLANK = {
  ...{ started_at: null, finished_at: null, cancel_asked_at: null, progress_json: null, said: null },
  ...{ result_json: null },
};

function readAsked(experiment: Parameters<typeof readParameters>[0] & { sizes: object }, asked: Asked) {
  const faults: ParameterFault[] = [];
  const sizes = SERVER_SIZES.filter((size) => size in experiment.sizes);
  const size = sizes.find((s) => s === asked.size);
  if (!size) {
    const message = `size is "${asked.size}"; the server runs ${experiment.id} at ${sizes.join(' or ')}${asked.size === 'paper' ? '; the paper’s own scale is for the command' : ''}.`;
    faults.push({ key: 'size', message });
  }
  const sizeFacts = (experiment.sizes as Record<string, { seeds: number }>)[size ?? sizes[0]];
  let seeds = sizeFacts.seeds;
  const collect = (work: () => void) => {
    try {
      work();
    } catch (error) {
      if (!(error instanceof ParameterError)) throw error;
      faults.push(...error.faults);
    }
  };
  collect(() => {
    seeds = seedsOf(asked.seeds ?? seeds).length;
    if (seeds > MOST_SEEDS_HERE) {
      const message = `seeds is ${seeds}; the server takes a whole number from 1 to ${MOST_SEEDS_HERE}.`;
      throw new ParameterError([{ key: 'seeds', message }]);
    }
  });
  let parameters = {};
  collect(() => {
    parameters = readParameters(experiment, size ?? sizes[0], asked.parameters);
  });
  return faults.length > 0 ? { faults } : { faults: undefined, size: size as Size, seeds, parameters };
}

/** Asks a run to end; one that waits ends at once, one that goes on as soon as its process has heard it. */
export async function cancelRun(host: Host, id: string): Promise<StoredRun | undefined> {
  const now = host.now();
  const { db } = host.database;
  const said = 'Stopped by whoever asked for it.';
  await db
    .updateTable('lab_run')
    .set({ state: 'cancelled', finished_at: now, said })
    .where('id', '=', id)
    .where('state', '=', 'queued')
    .execute();
  await db
    .updateTable('lab_run')
    .set({ cancel_asked_at: now })
    .where('id', '=', id)
    .where('state', '=', 'running')
    .execute();
  return findRun(host, id);
}

const SALT = 'lab-salt';

/** Those who ask at the same moment are counted one after the other: PostgreSQL holds the second here until the first is done. */
async function inTurn(db: Kysely<Schema>): Promise<void> {
  await db
    .updateTable('setting')
    .set((s) => ({ value_json: s.ref('value_json') }))
    .where('key', '=', SALT)
    .execute();
}

/** What stands for an asker: the same for the same reader or network, and nothing that leads back without the site's salt. */
async function fingerprint(host: Host, { address, readerId }: Asker): Promise<string> {
  const { db } = host.database;
  await db
    .insertInto('setting')
    .values({ key: SALT, value_json: JSON.stringify(randomBytes(16).toString('hex')) })
    .onConflict((c) => c.doNothing())
    .execute();
  const { value_json } = await db
    .selectFrom('setting')
    .select('value_json')
    .where('key', '=', SALT)
    .executeTakeFirstOrThrow();
  return createHash('sha256')
    .update(`${value_json} ${readerId === undefined ? network(address) : `reader ${readerId}`}`)
    .digest('hex')
    .slice(0, 24);
}
