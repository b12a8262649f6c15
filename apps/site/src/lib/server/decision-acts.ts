import {
  addAssumption,
  addEvidence,
  amendQuestion,
  askForTask,
  cancelTask,
  continueDecision,
  type DecisionForm,
  type DecisionState,
  dissolveDecision,
  eraseEvent,
  followTurn,
  freezeQuestion,
  giveContract,
  giveForecast,
  inputs,
  invite,
  judgeAssumption,
  nameBiases,
  openAlarms,
  overrideAlarms,
  Refused,
  recalibrate,
  reopenDecision,
  reportCriterion,
  resolveChallenge,
  resolveClaim,
  reviewDecision,
  setMember,
  setStakeholder,
  signDecision,
  step,
  type TaskWork,
  takeBackInvitation,
  talk,
  waitForTask,
  withdrawEvidence,
} from '@broadsheet/newsroom/decisions';
import { type Host, siteJobs } from '@broadsheet/newsroom/host';
import { z } from 'zod';

/** Who acts on which decision. */
export interface DecisionActor {
  readonly host: Host;
  readonly state: DecisionState;
  readonly readerId: number;
  /** As it stands in the record. */
  readonly actor: string;
  readonly role: 'owner' | 'member' | 'observer';
  readonly signal: AbortSignal;
}

/** What can be done with a decision: what it takes, and what it does. The same for forms of pages and for programs. */
export interface DecisionAct<Input extends z.ZodType = z.ZodType> {
  readonly input: Input;
  readonly work: (by: DecisionActor, given: z.output<Input>) => Promise<unknown>;
}

function act<Input extends z.ZodType>(input: Input, work: DecisionAct<Input>['work']): DecisionAct<Input> {
  return { input, work };
}

const NOTHING = z.unknown();

export const ACTS = {
  contract: act(inputs.Contract, ({ host, state, actor }, given) => giveContract(host, state, actor, given)),
  freeze: act(inputs.Frozen, ({ host, state, actor }, given) => freezeQuestion(host, state, actor, given)),
  amend: act(inputs.Frozen, async (by, given) => {
    const amended = await amendQuestion(by.host, by.state, by.actor, given);
    await haveIfFree({ ...by, state: amended }, { kind: 'measure' });
  }),
  forecast: act(inputs.Forecast, (by, given) => giveForecast(by.host, by.state, writer(by), given)),
  evidence: act(inputs.EvidenceInput, ({ host, state, actor }, given) => addEvidence(host, state, actor, given)),
  'withdraw-evidence': act(inputs.WithdrawEvidence, ({ host, state, actor }, given) =>
    withdrawEvidence(host, state, actor, given),
  ),
  biases: act(inputs.Biases, ({ host, state, actor }, given) => nameBiases(host, state, actor, given)),
  stakeholder: act(inputs.StakeholderInput, ({ host, state, actor }, given) =>
    setStakeholder(host, state, actor, given),
  ),
  baseline: act(NOTHING, (by) => have(by, { kind: 'baseline' })),
  calibrate: act(NOTHING, (by) => have(by, { kind: 'calibrate' })),
  confirm: act(NOTHING, (by) => have(by, { kind: 'confirm' })),
  recalibrate: act(NOTHING, ({ host, state, actor }) => recalibrate(host, state, actor)),
  cancel: act(NOTHING, ({ host, state, readerId }) => cancelTask(host, state.id, readerId)),
  say: act(inputs.Say, say),
  pause: act(inputs.Pause, (by, { reason }) =>
    step(by.host, by.state, by.actor, { type: 'suspend', by: writer(by).role, reason }),
  ),
  resume: act(NOTHING, async (by) =>
    verifyResumed(by, await step(by.host, by.state, by.actor, { type: 'resume', by: 'owner' })),
  ),
  continue: act(inputs.Continue, async (by, given) =>
    verifyResumed(by, await continueDecision(by.host, by.state, by.actor, given)),
  ),
  replace: act(inputs.Replace, (by, given) =>
    have(by, { kind: 'replace', given: { ...given, alarmIds: alarmsMeant(by.state, given.alarmIds) } }),
  ),
  override: act(inputs.Override, async (by, given) => {
    const alarmIds = alarmsMeant(by.state, given.alarmIds);
    await verifyResumed(by, await overrideAlarms(by.host, by.state, by.actor, { ...given, alarmIds }));
  }),
  challenge: act(NOTHING, (by) => have(by, { kind: 'challenge', after: by.state.challenges.length })),
  resolve: act(inputs.Resolve, async (by, answer) => {
    const resolved = await resolveChallenge(by.host, by.state, by.actor, answer);
    if (answer.as === 'rebutted' && by.state.judge !== null)
      await haveIfFree({ ...by, state: resolved }, { kind: 'judge', challenge: answer.id });
  }),
  claim: act(inputs.ResolveClaim, ({ host, state, actor }, { id, how }) => resolveClaim(host, state, actor, id, how)),
  push: act(inputs.PushClaim, (by, { id }) => have(by, { kind: 'push', claim: id })),
  assumption: act(inputs.AssumptionInput, ({ host, state, actor }, given) => addAssumption(host, state, actor, given)),
  'judge-assumption': act(inputs.JudgeAssumption, ({ host, state, actor }, given) =>
    judgeAssumption(host, state, actor, given),
  ),
  criterion: act(inputs.CriterionMet, ({ host, state, actor }, given) => reportCriterion(host, state, actor, given)),
  ready: act(NOTHING, (by) => have(by, { kind: 'ready' })),
  withdraw: act(NOTHING, ({ host, state, actor }) => step(host, state, actor, { type: 'withdraw', by: 'owner' })),
  sign: act(inputs.Sign, (by, given) => signDecision(by.host, by.state, writer(by), given)),
  dissolve: act(inputs.Dissolve, ({ host, state, actor }, given) => dissolveDecision(host, state, actor, given)),
  reopen: act(inputs.Reopen, (by, given) => reopenDecision(by.host, by.state, writer(by), given)),
  review: act(inputs.Review, (by, given) => reviewDecision(by.host, by.state, writer(by), given)),
  invite: act(inputs.Invitation, ({ host, state }, given) => invite(host, state, given)),
  'take-back': act(inputs.TakeBack, ({ host, state }, { id }) => takeBackInvitation(host, state.id, id)),
  role: act(inputs.Membership, ({ host, state, actor }, given) => setMember(host, state, actor, given)),
  erase: act(inputs.Erase, ({ host, state, actor }, { seq, reason }) => eraseEvent(host, state, actor, seq, reason)),
  leave: act(NOTHING, ({ host, state, actor, readerId }) => setMember(host, state, actor, { readerId, role: null })),
} satisfies Record<DecisionForm, { input: z.ZodType; work: (by: DecisionActor, given: never) => Promise<unknown> }>;

/** A model that is quicker than this looks as if it had answered at once; slower work shows how far it is. */
const QUICK_MS = 3_000;

/** Has work done for a decision, and waits a moment for it. @throws {Refused} where it failed within that */
async function have({ host, state, readerId }: DecisionActor, work: TaskWork): Promise<void> {
  const id = await askForTask(host, await siteJobs(host), state, readerId, work);
  const task = await waitForTask(host, state.id, id, QUICK_MS);
  if (task?.state === 'failed') throw new Refused(task.said ?? 'It failed.');
}

/** The same after something that is on record already: that is not refused because the model is at work or away. */
async function haveIfFree(by: DecisionActor, work: TaskWork): Promise<void> {
  await have(by, work).catch((error) => {
    // How the work ended is shown by the page, as long as it is the newest.
    if (!(error instanceof Refused)) throw error;
  });
}

/** Those that are named, else all that are open. */
function alarmsMeant(state: DecisionState, named: readonly string[] | undefined): string[] {
  const meant = named ?? openAlarms(state).map(({ id }) => id);
  if (meant.length === 0) throw new Refused('No alarm is open.');
  return [...meant];
}

/** Whom `NEEDS` has let write: observers have not come this far. */
function writer({ actor, role }: DecisionActor) {
  return { actor, role: role === 'owner' ? 'owner' : 'member' } as const;
}

/** What goes on after a stop is looked at once more, all six statements. */
async function verifyResumed(by: DecisionActor, state: DecisionState): Promise<void> {
  if (state.machine.phase === 'active') await haveIfFree({ ...by, state }, { kind: 'verify' });
}

/** What follows an answer, finished whether the visitor stays or goes; a quick challenge is there when the page is. */
export async function follow(host: Host, answered: DecisionState, readerId: number): Promise<void> {
  const signal = new AbortController().signal;
  const task = await followTurn(host, () => siteJobs(host), answered, readerId, signal);
  if (task !== null) await waitForTask(host, answered.id, task, QUICK_MS);
}

/** A turn, and the checks and the challenge that are due after it. */
async function say(
  { host, state, actor, readerId, signal }: DecisionActor,
  said: z.output<typeof inputs.Say>,
): Promise<void> {
  const answered = await talk(host, state, actor, said, signal);
  if (answered.machine.phase !== 'active') return;
  // The visitor may go; what is being checked is finished all the same.
  const watching = follow(host, answered, readerId).catch((error) => {
    host.log.warn('checks of a decision failed', { decision: state.id, error });
  });
  if (answered.endpoint.startsWith('bundled')) await watching;
}
