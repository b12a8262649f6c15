import { PREDICATE_IDS, type PredicateVector } from '../predicates.ts';
import { type CalibrationStage, TRIES_A_STAGE } from '../stages.ts';

/**
 * The state machine of a decision. Pure: whoever calls it stores the machine and tells it what time has done.
 * Model output can raise an alarm or propose; only code or a person clears one; only the owner decides or dissolves.
 */
export type Phase =
  | 'draft'
  | 'initialising'
  | 'calibrating'
  | 'active'
  | 'suspended'
  | 'committing'
  | 'decided'
  | 'reviewed'
  | 'dissolved'
  | 'abandoned';
export type Role =
  | 'owner'
  | 'member'
  | 'observer'
  | 'stakeholder-proxy'
  | 'assistant'
  | 'challenger'
  | 'judge'
  | 'system';
export type Stakes = 'low' | 'high' | 'critical';

export interface Machine {
  readonly phase: Phase;
  /** 1 to 4 while initialising, 1 to 7 while calibrating, else 0. */
  readonly stage: number;
  /** Failures of this stage so far; retries pool, so they are not taken back by a pass elsewhere. */
  readonly failures: number;
  /** Alarms that are red and neither cleared nor overridden. */
  readonly openReds: readonly string[];
  /** Proposals of the checks to stop it that the owner has neither confirmed nor overridden. */
  readonly openProposals: readonly string[];
  readonly isIrreversible: boolean;
  readonly stakes: Stakes;
  readonly signatures: readonly string[];
}

export const DRAFT: Machine = {
  phase: 'draft',
  stage: 0,
  failures: 0,
  openReds: [],
  openProposals: [],
  isIrreversible: false,
  stakes: 'low',
  signatures: [],
};

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** A predicate older than this does not open the live session. */
export const PREDICATE_MAX_AGE_MS = 30 * MINUTE;
/** Between readiness and signature of what cannot be undone. */
export const COOL_OFF_MS = 12 * HOUR;
/** Between stopping and taking up again by the same person. */
export const REOPEN_AFTER_MS = 24 * HOUR;
export const ABANDONED_AFTER_DAYS = 30;

/** What the rules of commitment look at. */
export interface Readiness {
  readonly resolvedChallenges: number;
  readonly resolvedPremortems: number;
  readonly openLoadBearingClaims: number;
  readonly areStakeholdersCovered: boolean;
  readonly hasFinalForecast: boolean;
}

export type Command =
  | {
      readonly type: 'start';
      readonly by: Role;
      readonly isEndpointReachable: boolean;
      readonly hasBudget: boolean;
      readonly stakes: Stakes;
      readonly isIrreversible: boolean;
    }
  | { readonly type: 'pass-stage'; readonly by: Role; readonly missing: readonly string[] }
  | { readonly type: 'fail-stage'; readonly by: Role }
  | {
      readonly type: 'confirm';
      readonly by: Role;
      readonly predicates: PredicateVector;
      readonly oldestCheckMs: number;
    }
  | { readonly type: 'raise-red'; readonly by: Role; readonly alarmId: string }
  | { readonly type: 'clear-red'; readonly by: Role; readonly alarmId: string }
  | { readonly type: 'override'; readonly by: Role; readonly alarmIds: readonly string[]; readonly reason: string }
  | { readonly type: 'suspend'; readonly by: Role; readonly reason: string }
  | { readonly type: 'recalibrate'; readonly by: Role; readonly from: CalibrationStage }
  | { readonly type: 'resume'; readonly by: Role }
  | { readonly type: 'ready'; readonly by: Role; readonly readiness: Readiness }
  | { readonly type: 'withdraw'; readonly by: Role }
  | {
      readonly type: 'sign';
      readonly by: Role;
      readonly person: string;
      readonly sinceReadyMs: number;
      readonly skipCoolOffBecause?: string;
    }
  | { readonly type: 'propose-dissolution'; readonly by: Role; readonly proposalId: string }
  | { readonly type: 'continue'; readonly by: Role; readonly proposalIds: readonly string[]; readonly reason: string }
  | { readonly type: 'dissolve'; readonly by: Role; readonly reason: string }
  | {
      readonly type: 'reopen';
      readonly by: Role;
      readonly newEvidence: number;
      readonly isAnotherPerson: boolean;
      readonly sinceMs: number;
    }
  | { readonly type: 'review'; readonly by: Role; readonly outcome: string }
  | { readonly type: 'expire'; readonly by: Role; readonly idleDays: number };

export type Transition =
  | { readonly ok: true; readonly machine: Machine }
  | { readonly ok: false; readonly why: string };

/** What a command makes of a machine, or why it may not. Never throws: a refusal is an expected outcome. */
export function advance(machine: Machine, command: Command): Transition {
  switch (command.type) {
    case 'start':
      if (machine.phase !== 'draft') return refuse('It has been started already.');
      if (command.by !== 'owner') return refuse(onlyOwner('start it'));
      if (!command.isEndpointReachable) return refuse('The model does not answer; check its address.');
      if (!command.hasBudget) return refuse('Set a budget of tokens and calls first.');
      return to(machine, 'initialising', { stage: 1, stakes: command.stakes, isIrreversible: command.isIrreversible });
    case 'pass-stage':
      return passStage(machine, command.by, command.missing);
    case 'fail-stage':
      if (machine.phase !== 'calibrating') return refuse('Only a calibration stage can fail.');
      if (command.by !== 'system') return refuse('Only the checks judge a stage.');
      if (machine.failures + 1 >= TRIES_A_STAGE)
        return to(machine, 'suspended', { stage: machine.stage, failures: machine.failures + 1 });
      return ok({ ...machine, failures: machine.failures + 1 });
    case 'confirm':
      return confirm(machine, command.by, command.predicates, command.oldestCheckMs);
    case 'raise-red':
      return raiseRed(machine, command.alarmId);
    case 'clear-red':
      if (isModel(command.by)) return refuse('A model cannot clear an alarm.');
      return ok({ ...machine, openReds: machine.openReds.filter((id) => id !== command.alarmId) });
    case 'override':
      if (!isPerson(command.by)) return refuse('Only a person can override an alarm.');
      if (command.reason.trim() === '') return refuse('Say why; the reason is printed on page one of the record.');
      return ok({ ...machine, openReds: machine.openReds.filter((id) => !command.alarmIds.includes(id)) });
    case 'suspend':
      if (machine.phase !== 'active') return refuse('Only a live session can be suspended.');
      if (isModel(command.by)) return refuse('A model can propose to stop; a person or a check does it.');
      return to(machine, 'suspended');
    case 'recalibrate':
      if (machine.phase !== 'suspended') return refuse('Only a suspended session is calibrated anew.');
      if (command.by !== 'owner') return refuse(onlyOwner('calibrate it anew'));
      if (machine.openProposals.length > 0) return refuse(OPEN_PROPOSAL);
      return to(machine, 'calibrating', { stage: command.from });
    case 'resume':
      if (machine.phase !== 'suspended') return refuse('It is not suspended.');
      if (command.by !== 'owner') return refuse(onlyOwner('resume it'));
      if (machine.stage > 0)
        return refuse('It is calibrated anew first: a stage failed three times, or it was stopped meanwhile.');
      if (machine.openReds.length > 0) return refuse(openReds(machine));
      if (machine.openProposals.length > 0) return refuse(OPEN_PROPOSAL);
      return to(machine, 'active');
    case 'ready':
      return ready(machine, command.by, command.readiness);
    case 'withdraw':
      if (machine.phase !== 'committing') return refuse('There is nothing to withdraw.');
      if (command.by !== 'owner') return refuse(onlyOwner('withdraw'));
      return to(machine, 'active', { signatures: [] });
    case 'sign':
      return sign(machine, command);
    case 'propose-dissolution':
      return propose(machine, command.by, command.proposalId);
    case 'continue':
      if (command.by !== 'owner') return refuse(onlyOwner('go on in spite of a proposal to stop'));
      if (!command.proposalIds.some((id) => machine.openProposals.includes(id)))
        return refuse('That proposal is answered already.');
      if (command.reason.trim() === '') return refuse('Say why; the reason is printed on page one of the record.');
      return ok({ ...machine, openProposals: machine.openProposals.filter((id) => !command.proposalIds.includes(id)) });
    case 'dissolve':
      if (isOver(machine.phase)) return refuse(`It is ${machine.phase} already.`);
      if (command.by !== 'owner') return refuse(onlyOwner('dissolve it'));
      if (command.reason.trim() === '')
        return refuse('Say why it stops; a stopped decision is a record of equal rank.');
      return to(machine, 'dissolved', { openProposals: [] });
    case 'reopen':
      return reopen(machine, command);
    case 'review':
      if (machine.phase !== 'decided' && machine.phase !== 'dissolved')
        return refuse('Only a decision that was signed, or stopped, is reviewed.');
      if (command.by !== 'owner' && command.by !== 'member') return refuse('The owner or a member reviews it.');
      if (command.outcome.trim() === '') return refuse('Say what came of it.');
      return to(machine, 'reviewed');
    case 'expire':
      if (isOver(machine.phase)) return refuse(`It is ${machine.phase} already.`);
      if (command.by !== 'system' || command.idleDays < ABANDONED_AFTER_DAYS)
        return refuse(`A decision is abandoned after ${ABANDONED_AFTER_DAYS} idle days.`);
      return to(machine, 'abandoned');
  }
}

/** Whether a new turn may be sent to the model. */
export function mayTalk(machine: Machine): boolean {
  return machine.phase === 'active' && machine.openReds.length === 0;
}

export function isOver(phase: Phase): boolean {
  return phase === 'decided' || phase === 'reviewed' || phase === 'dissolved' || phase === 'abandoned';
}

function passStage(machine: Machine, by: Role, missing: readonly string[]): Transition {
  if (machine.phase !== 'initialising' && machine.phase !== 'calibrating') return refuse('No stage is open.');
  if (isModel(by)) return refuse('A model does not pass its own stage.');
  if (missing.length > 0) return refuse(`Still missing: ${missing.join(', ')}.`);
  if (machine.phase === 'initialising')
    return machine.stage < 4 ? ok({ ...machine, stage: machine.stage + 1 }) : to(machine, 'calibrating', { stage: 1 });
  if (by !== 'system') return refuse('Only the checks judge a stage.');
  if (machine.stage === 7) return refuse('The last stage is passed by confirming that all six predicates hold.');
  return ok({ ...machine, stage: machine.stage + 1, failures: 0 });
}

/** What cannot go on may be stopped; a model's own proposal stops nothing, and is not among these. */
function propose(machine: Machine, by: Role, proposalId: string): Transition {
  if (isOver(machine.phase)) return refuse(`It is ${machine.phase} already.`);
  if (by !== 'system') return refuse('Only the checks stop a session with a proposal to end it.');
  const openProposals = [...new Set([...machine.openProposals, proposalId])];
  const proposed = { ...machine, openProposals };
  if (machine.phase === 'active' || machine.phase === 'committing')
    return to(proposed, 'suspended', { signatures: [] });
  return ok(proposed);
}

/** New evidence, and somebody else or a day: so that nobody takes up in the evening what they stopped in the morning. */
function reopen(machine: Machine, { by, newEvidence, isAnotherPerson, sinceMs }: Extract<Command, { type: 'reopen' }>) {
  if (machine.phase !== 'dissolved') return refuse('Only what was stopped can be taken up again.');
  if (!isPerson(by)) return refuse('The owner or a member takes it up again.');
  if (newEvidence < 1) return refuse('Taking it up again needs evidence that was not there when it was stopped.');
  if (!isAnotherPerson && sinceMs < REOPEN_AFTER_MS)
    return refuse('Whoever stopped it waits a day; another member may take it up at once.');
  // Whatever was measured before it was stopped says nothing of now.
  return to(machine, 'suspended', { stage: 2, signatures: [] });
}

function confirm(machine: Machine, by: Role, predicates: PredicateVector, oldestCheckMs: number): Transition {
  if (machine.phase !== 'calibrating' || machine.stage !== 7) return refuse('Calibration is not at its last stage.');
  if (by !== 'owner') return refuse(onlyOwner('confirm it'));
  const fallen = PREDICATE_IDS.filter((id) => predicates[id] !== 'pass');
  if (fallen.length > 0) return refuse(`Not all predicates hold: ${fallen.join(', ')}.`);
  if (machine.openReds.length > 0) return refuse(openReds(machine));
  if (machine.openProposals.length > 0) return refuse(OPEN_PROPOSAL);
  if (oldestCheckMs > PREDICATE_MAX_AGE_MS) return refuse('A check is older than 30 minutes; run it again.');
  return to(machine, 'active');
}

/** A red alarm suspends a live session by itself; elsewhere it is kept and blocks what it must. */
function raiseRed(machine: Machine, alarmId: string): Transition {
  if (isOver(machine.phase)) return refuse(`It is ${machine.phase} already.`);
  const openReds = machine.openReds.includes(alarmId) ? machine.openReds : [...machine.openReds, alarmId];
  const raised = { ...machine, openReds };
  if (machine.phase === 'active') return to(raised, 'suspended');
  if (machine.phase === 'committing') return to(raised, 'suspended', { signatures: [] });
  return ok(raised);
}

function ready(machine: Machine, by: Role, readiness: Readiness): Transition {
  if (machine.phase !== 'active') return refuse('Only a live session gets ready to decide.');
  if (by !== 'owner') return refuse(onlyOwner('decide'));
  if (machine.openReds.length > 0) return refuse(openReds(machine));
  if (machine.openProposals.length > 0) return refuse(OPEN_PROPOSAL);
  const missing = [
    readiness.resolvedChallenges < 3 && `${3 - readiness.resolvedChallenges} more resolved challenges`,
    readiness.resolvedPremortems < 1 && 'a resolved premortem',
    readiness.openLoadBearingClaims > 0 && `${readiness.openLoadBearingClaims} load-bearing claims to resolve`,
    !readiness.areStakeholdersCovered && 'what each option does to each affected party',
    !readiness.hasFinalForecast && 'a final forecast',
  ].filter((item) => item !== false);
  if (missing.length > 0) return refuse(`Before deciding: ${missing.join('; ')}.`);
  return to(machine, 'committing', { signatures: [] });
}

function sign(machine: Machine, command: Extract<Command, { type: 'sign' }>): Transition {
  if (machine.phase !== 'committing') return refuse('It is not ready to be signed.');
  if (command.by !== 'owner' && !(machine.stakes === 'critical' && command.by === 'member'))
    return refuse(onlyOwner('sign'));
  if (machine.signatures.includes(command.person)) return refuse('You have signed already; another person must.');
  const isCooling = machine.isIrreversible && command.sinceReadyMs < COOL_OFF_MS;
  if (isCooling && !command.skipCoolOffBecause?.trim())
    return refuse('What cannot be undone waits twelve hours; give a reason to sign now.');
  const signatures = [...machine.signatures, command.person];
  if (machine.stakes === 'critical' && signatures.length < 2) return ok({ ...machine, signatures });
  return to(machine, 'decided', { signatures });
}

function isModel(role: Role): boolean {
  return role === 'assistant' || role === 'challenger' || role === 'judge';
}

function isPerson(role: Role): boolean {
  return role === 'owner' || role === 'member';
}

function to(machine: Machine, phase: Phase, changes: Partial<Machine> = {}): Transition {
  return ok({ ...machine, phase, stage: 0, failures: 0, ...changes });
}

function ok(machine: Machine): Transition {
  return { ok: true, machine };
}

function refuse(why: string): Transition {
  return { ok: false, why };
}

const OPEN_PROPOSAL = 'The checks propose to stop: confirm that, or go on with a reason, first.';

function onlyOwner(what: string): string {
  return `Only the owner may ${what}.`;
}

function openReds(machine: Machine): string {
  return `${machine.openReds.length === 1 ? 'An alarm is' : `${machine.openReds.length} alarms are`} still open: resolve or override it.`;
}
