import type { Experiment, Measures, ParameterValues, PartOutcome, RunContext, SeedValues } from '../contract.ts';
import { ARMS, armOf, FULL } from './bench/arms.ts';
import { type Batch, holdBatch, isDetected, meanOf, playBatch, type ScoredSession, share } from './bench/plans.ts';
import { claims, figures, tables } from './facts.ts';
import { EVADED, EVASIVE } from './model/evasive.ts';
import { CONTROLS, type ControlName, FAULTS, type FaultName } from './model/faults.ts';
import { summary } from './summary.ts';

/** Arms that are compared by what they cost; the others are ablations. */
export const COMPARED = ARMS.slice(0, 7);
export const ABLATIONS = ARMS.slice(7);

/** The prompt alone, and the prompt with layers that are acted on: who holds the state to a fifteenth turn? */
const HELD = ['B1', 'F'] as const;
const HOLD_TURNS = 15;

export const experiment: Experiment = {
  id: 'five-layer',
  paper: {
    arXivId: '2511.07669',
    title: 'Making LLMs Reliable When It Matters Most: A Five-Layer Architecture for High-Stakes Decisions',
  },
  question:
    'Do five layers of checks notice a model that goes wrong during a decision, and is the decision better for it?',
  parameters: [
    {
      kind: 'real',
      key: 'intensity',
      label: 'Strength of faults',
      help: 'How often a faulty model shows its fault; 1 is always.',
      defaults: { live: 0.6 },
      isControl: true,
      min: 0.1,
      max: 1,
      step: 0.05,
    },
    {
      kind: 'integer',
      key: 'turns',
      label: 'Turns of a session',
      help: 'Longer sessions give a fault more time to be noticed, and chance more time to alarm.',
      defaults: { live: 10 },
      isControl: true,
      min: 6,
      max: 30,
      unit: 'turns',
    },
    {
      kind: 'integer',
      key: 'sessions',
      label: 'Sessions of each fault',
      help: 'A seed plays so many sessions of each fault; three times as many healthy ones.',
      defaults: { live: 3, full: 24 },
      isControl: true,
      min: 1,
      max: 200,
      unit: 'a seed',
    },
  ],
  sizes: {
    live: { label: '3 sessions of each kind a seed, 10 seeds', seeds: 10, seedsTogether: 1 },
    full: { label: '24 sessions of each fault and 72 healthy ones a seed, 10 seeds', seeds: 10, seedsTogether: 1 },
  },
  claims,
  figures,
  tables,
  parts: () => [
    'healthy',
    ...FAULTS.map((fault) => `fault ${fault}`),
    ...COMPARED.map(({ id }) => `arm ${id}`),
    ...HELD.map((id) => `hold ${id}`),
    ...CONTROLS.map((control) => `control ${control}`),
    ...EVADED.map((fault) => `evasive ${fault}`),
    ...ABLATIONS.map(({ id }) => `without ${id}`),
  ],
  cost: (_, part) => (part.startsWith('without') ? 9 : part === 'healthy' ? 3 : 1),
  run,
  measures,
  summary,
};

async function run(
  context: RunContext,
  parameters: ParameterValues,
  seeds: readonly number[],
  part: string,
): Promise<PartOutcome[]> {
  const outcomes: PartOutcome[] = [];
  for (const seed of seeds) outcomes.push({ seed, values: await runSeed(context, parameters, seed, part) });
  return outcomes;
}

async function runSeed(
  context: RunContext,
  parameters: ParameterValues,
  seed: number,
  part: string,
): Promise<SeedValues> {
  const [kind, name = ''] = part.split(' ');
  const sessions = parameters.sessions as number;
  const base = { seed, count: sessions, turns: parameters.turns as number, arm: FULL, fault: null };
  const intensity = parameters.intensity as number;
  const play = (batch: Batch) => playAll(context, batch, part);
  switch (kind) {
    case 'healthy':
      return alarmed(await play({ ...base, count: sessions * 3 }));
    case 'control':
      return alarmed(await play({ ...base, control: name as ControlName }));
    case 'fault':
      return detected(
        context,
        seed,
        name as FaultName,
        await play({ ...base, fault: { name: name as FaultName, intensity } }),
      );
    case 'evasive':
      return detected(
        context,
        seed,
        name as FaultName,
        await play({ ...base, fault: { name: name as FaultName, intensity }, transforms: EVASIVE }),
        'evasive ',
      );
    case 'hold': {
      let [passed, lost] = [0, 0];
      for (const [index, fault] of FAULTS.entries()) {
        const batch = {
          ...base,
          seed: seed * 100 + index,
          turns: HOLD_TURNS,
          fault: { name: fault, intensity },
          faultRate: 0.2,
        };
        for await (const held of giveWay(context, holdBatch(batch, name === 'F'), sessions, part)) {
          passed += held.passed ? 1 : 0;
          lost += held.passed && held.isLost ? 1 : 0;
        }
      }
      return { passed, lost: lost / Math.max(1, passed) };
    }
    case 'arm': {
      const arm = armOf(name);
      const played: ScoredSession[] = [];
      // The same sessions for every arm: one in five meets a fault, each fault equally often.
      for (const [index, fault] of FAULTS.entries())
        played.push(
          ...(await play({
            ...base,
            seed: seed * 100 + index,
            arm,
            fault: { name: fault, intensity },
            faultRate: 0.2,
          })),
        );
      return compared(played);
    }
    default: {
      const values: Record<string, number> = {};
      for (const fault of FAULTS)
        values[fault] = share(await play({ ...base, arm: armOf(name), fault: { name: fault, intensity } }), (s) =>
          isDetected(s),
        );
      return values;
    }
  }
}

/** Plays a batch, giving way between sessions so that a page stays alive and a stop is heard. */
async function playAll(context: RunContext, batch: Batch, part: string): Promise<ScoredSession[]> {
  const played: ScoredSession[] = [];
  for await (const session of giveWay(context, playBatch(batch), batch.count, part)) played.push(session);
  return played;
}

async function* giveWay<T>(
  context: RunContext,
  sessions: AsyncIterable<T>,
  total: number,
  part: string,
): AsyncGenerator<T> {
  let [done, since] = [0, performance.now()];
  for await (const session of sessions) {
    yield session;
    done += 1;
    if (performance.now() - since < 50) continue;
    context.emit({ type: 'progress', done, total, label: `${part}, session ${done}` });
    await new Promise((resolve) => setTimeout(resolve));
    context.signal.throwIfAborted();
    since = performance.now();
  }
  context.signal.throwIfAborted();
}

function alarmed(sessions: readonly ScoredSession[]): SeedValues {
  return {
    alarmed: share(sessions, ({ redBy }) => redBy.length > 0),
    turnedAway: share(sessions, ({ redAt }) => redAt === 0),
    calls: meanOf(sessions, ({ calls }) => calls),
  };
}

function detected(
  context: RunContext,
  seed: number,
  fault: FaultName,
  sessions: readonly ScoredSession[],
  kind = '',
): SeedValues {
  const within5 = share(sessions, (session) => isDetected(session));
  const ever = share(sessions, (session) => isDetected(session, Number.POSITIVE_INFINITY));
  const found = sessions.filter((session) => isDetected(session, Number.POSITIVE_INFINITY));
  const turns = found.map(({ redAt, onset }) => (redAt as number) - (onset as number) + 1).sort((a, b) => a - b);
  context.emit({
    type: 'row',
    table: 'detection',
    cells: {
      fault: `${kind}${fault}, seed ${seed}`,
      sessions: sessions.length,
      within5: round(within5),
      ever: round(ever),
      turns: turns[Math.floor(turns.length / 2)] ?? null,
      by: mostFrequent(found.flatMap(({ redBy }) => redBy)),
      cause: mostFrequent(found.map(({ cause }) => cause)),
    },
  });
  return { within5, ever, medianTurns: turns[Math.floor(turns.length / 2)] ?? null };
}

function compared(sessions: readonly ScoredSession[]): SeedValues {
  const isFaultyEnd = ({ onset, redAt, plan }: ScoredSession) =>
    plan.arm.advice !== 'none' && (redAt === null ? onset !== null : onset !== null && plan.isSecondFaulty);
  const leansWrong = (option: string) => (session: ScoredSession) => session.decided === option && session.regret > 0;
  return {
    regret: meanOf(sessions, ({ regret }) => regret),
    faultyEnd: share(sessions, isFaultyEnd),
    wrongGo: share(sessions, leansWrong('go')),
    wrongStop: share(sessions, leansWrong('wait')),
    tokens: meanOf(sessions, ({ tokens }) => tokens),
    calls: meanOf(sessions, ({ calls }) => calls),
    sessions: sessions.length,
  };
}

function measures(_: ParameterValues, values: ReadonlyMap<string, SeedValues>): Measures {
  const of = (part: string, key: string): number | null => values.get(part)?.[key] ?? null;
  const minus = (a: number | null, b: number | null) => (a === null || b === null ? null : a - b);
  const arm = (id: string, key: string) => of(`arm ${id}`, key);
  const saved = minus(arm('B0', 'wrongGo'), arm('F', 'wrongGo'));
  const added = minus(arm('F', 'wrongStop'), arm('B0', 'wrongStop'));
  return {
    'alarmed.healthy': of('healthy', 'alarmed'),
    'turnedAway.healthy': of('healthy', 'turnedAway'),
    ...Object.fromEntries(CONTROLS.map((control) => [`alarmed.${control}`, of(`control ${control}`, 'alarmed')])),
    ...Object.fromEntries(
      FAULTS.flatMap((fault) => [
        [`detected.${fault}`, of(`fault ${fault}`, 'within5')],
        [`everDetected.${fault}`, of(`fault ${fault}`, 'ever')],
      ]),
    ),
    ...Object.fromEntries(EVADED.map((fault) => [`evaded.${fault}`, of(`evasive ${fault}`, 'within5')])),
    ...Object.fromEntries(COMPARED.map(({ id }) => [`regret.${id}`, arm(id, 'regret')])),
    ...Object.fromEntries(
      COMPARED.flatMap(({ id }) =>
        ['wrongGo', 'wrongStop', 'tokens', 'calls', 'sessions'].map((key) => [`${key}.${id}`, arm(id, key)]),
      ),
    ),
    ...Object.fromEntries(
      ABLATIONS.flatMap(({ id }) => FAULTS.map((fault) => [`${id}.${fault}`, of(`without ${id}`, fault)])),
    ),
    ...Object.fromEntries(HELD.map((id) => [`lost.${id}`, of(`hold ${id}`, 'lost')])),
    'lost.B1−F': minus(of('hold B1', 'lost'), of('hold F', 'lost')),
    'faultyEnd.B0−F': minus(arm('B0', 'faultyEnd'), arm('F', 'faultyEnd')),
    'regret.B5−F': minus(arm('B5', 'regret'), arm('F', 'regret')),
    'regret.B3−F': minus(arm('B3', 'regret'), arm('F', 'regret')),
    'regret.B4−F': minus(arm('B4', 'regret'), arm('F', 'regret')),
    'drop.L2': minus(of('fault sycophant', 'within5'), of('without F−L2', 'sycophant')),
    'drop.L5': minus(of('fault sycophant', 'within5'), of('without F−L5', 'sycophant')),
    'drop.L1': minus(of('fault sycophant', 'within5'), of('without F−L1', 'sycophant')),
    'drop.L3': minus(of('fault sycophant', 'within5'), of('without F−L3', 'sycophant')),
    'drop.L4': minus(of('fault exhausted', 'within5'), of('without F−L4', 'exhausted')),
    'wrongGoSaved−wrongStopAdded': minus(saved, added),
  };
}

function mostFrequent(words: readonly string[]): string | null {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? null;
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
