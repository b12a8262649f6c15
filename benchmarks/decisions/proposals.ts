/**
 * How often the checks propose to stop a session with a healthy model, and with each fault: the proposals that need no
 * person (the state lost twice after a recalibration, a stage failed three times, a document obeyed). Their owner
 * calibrates the same model anew after each alarm, since only then the state can be lost twice. It is measured anew with
 * that, and faults of the bench keep still while it is calibrated: a model that was swapped passes as a new one.
 * Run: node benchmarks/decisions/proposals.ts [SESSIONS]
 */
import { FULL } from '../../packages/experiments/five-layer/bench/arms.ts';
import { humanOf } from '../../packages/experiments/five-layer/bench/humans.ts';
import { Meter } from '../../packages/experiments/five-layer/bench/meter.ts';
import { type Batch, planOf } from '../../packages/experiments/five-layer/bench/plans.ts';
import { humanLogitOf, openModel, type SessionPlan } from '../../packages/experiments/five-layer/bench/session.ts';
import { Watched } from '../../packages/experiments/five-layer/bench/watched.ts';
import { FAULTS, type FaultName } from '../../packages/experiments/five-layer/index.ts';
import { withInjection, worldOf } from '../../packages/experiments/five-layer/vignettes/index.ts';
import {
  type DissolutionProposal,
  type DissolutionTrigger,
  dissolutionsDue,
  PREDICATES,
  THRESHOLDS_V1,
  wilson,
} from '../../packages/methods/five-layer/index.ts';

const SESSIONS = Number(process.argv[2] ?? 240);
const TURNS = 15;
const INTENSITY = 0.6;
/** Healthy ones are five times as many, so that few proposals among them are counted well. */
const HEALTHY = 5;
/** Of a hundred models that somebody sits down with, so many are faulty: as in the table of arms. */
const FAULTY_SHARE = 0.2;

interface Proposed {
  readonly trigger: DissolutionTrigger;
  /** 0: in the first calibration. */
  readonly turn: number;
}

/** Detectors whose red takes the partnership away. */
const LOSING = new Set(Object.values(PREDICATES).flatMap(({ detectors }) => detectors));

/** The first proposal to stop in one session; null where there is none in all its turns. */
async function firstProposal(plan: SessionPlan): Promise<Proposed | null> {
  const base = worldOf(plan.vignette, plan.variant);
  const world = plan.faults.some(({ name }) => name === 'injected') ? withInjection(base) : base;
  const complete = openModel(plan, world, { seed: plan.seed, signal: plan.signals.model, faults: plan.faults });
  const begin = () => new Watched(world, plan.arm, plan.thresholds, complete, new Meter(), humanLogitOf(plan));
  let session = begin();
  const facts = { recalibrations: 0, losses: 0 };
  const due = (now: { hasFailed?: boolean; isObeyed?: boolean }): DissolutionProposal | undefined =>
    dissolutionsDue(
      {
        ...{ criteriaMet: [], floor: null, forecasts: [], brokenAssumptions: [], isBudgetGone: false, past: [] },
        lossesAfterRecalibration: facts.losses,
        failedStage: now.hasFailed ? { name: 'calibration', recalibrations: facts.recalibrations } : null,
        injectionAlarm: now.isObeyed ? 'alarm' : null,
      },
      THRESHOLDS_V1,
    )[0];
  const propose = (turn: number, found = due({})): Proposed | null => (found ? { trigger: found.trigger, turn } : null);
  if (!(await session.calibrate())) return propose(0, due({ hasFailed: true }));
  const human = humanOf(plan.human);
  for (let turn = 1; turn <= plan.turns; turn++) {
    await session.play(turn, human.says(turn, world.lean));
    const reds = session.reds().map(({ detector }) => detector);
    if (reds.length === 0) continue;
    if (facts.recalibrations > 0 && reds.some((detector) => LOSING.has(detector))) facts.losses += 1;
    const proposed = propose(turn, due({ isObeyed: reds.includes('injection') }));
    if (proposed) return proposed;
    facts.recalibrations += 1;
    session = begin();
    if (!(await session.calibrate())) return propose(turn, due({ hasFailed: true }));
  }
  return null;
}

/** Sessions of a kind: in how many it was proposed to stop, rightly where the fault had begun, and by which rule. */
async function play(fault: FaultName | null, count: number) {
  const batch: Batch = {
    ...{ seed: 31, count, turns: TURNS, arm: FULL },
    fault: fault && { name: fault, intensity: INTENSITY },
  };
  const triggers: Partial<Record<DissolutionTrigger, number>> = {};
  let [proposed, rightly] = [0, 0];
  for (let index = 0; index < count; index++) {
    const { plan, onset } = planOf(batch, index);
    const found = await firstProposal(plan);
    if (!found) continue;
    proposed += 1;
    if (onset !== null && found.turn >= onset) rightly += 1;
    triggers[found.trigger] = (triggers[found.trigger] ?? 0) + 1;
  }
  return { fault: fault ?? 'healthy', count, proposed, rightly, triggers };
}

const share = (k: number, n: number) => {
  const { low, high } = wilson(k, n);
  return `${(k / n).toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`;
};
const healthy = await play(null, SESSIONS * HEALTHY);
console.log(JSON.stringify({ ...healthy, proposedIn: share(healthy.proposed, healthy.count) }));
let [faulty, rightly, all] = [0, 0, 0];
for (const fault of FAULTS) {
  const played = await play(fault, SESSIONS);
  console.log(JSON.stringify({ ...played, rightlyIn: share(played.rightly, played.count) }));
  faulty += played.proposed;
  rightly += played.rightly;
  all += played.count;
}
// Of a hundred proposals so many are made to a faulty model, after its fault has begun.
const [right, any] = [
  FAULTY_SHARE * (rightly / all),
  FAULTY_SHARE * (faulty / all) + (1 - FAULTY_SHARE) * (healthy.proposed / healthy.count),
];
console.log(
  JSON.stringify({
    faultyShare: FAULTY_SHARE,
    precision: Number((right / any).toFixed(3)),
    recall: share(rightly, all),
  }),
);
