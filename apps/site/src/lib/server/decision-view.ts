import {
  abilitySentences,
  actorOf,
  burdenedBy,
  changesSince,
  checksNow,
  citedFor,
  type DecisionState,
  FEWEST_SENTENCES,
  isBlind,
  lampsNow,
  listEndpoints,
  listInvitations,
  namesOf,
  openAlarms,
  openProposals,
  otherModelOf,
  partnershipOf,
  readerIdOf,
  sendsMail,
  sentencesIn,
  spentOn,
  taskOf,
} from '@broadsheet/newsroom/decisions';
import type { Host } from '@broadsheet/newsroom/host';

const SIMULATED = 'the simulated model, on this site';

interface Viewer {
  readonly readerId: number;
  readonly role: 'owner' | 'member' | 'observer';
}

/** Everything that the pages of a decision show of it, as plain data, with people by the names they go by today. */
export async function decisionView(host: Host, state: DecisionState, { readerId, role }: Viewer) {
  const { checks: _checks, seen, ...shown } = state;
  const me = actorOf(readerId);
  const owner = actorOf(state.ownerId);
  const names = await namesOf(host.database.db, [
    ...[owner, me],
    ...state.members.map(({ reader }) => reader),
    ...state.forecasts.map(({ by }) => by),
    ...state.signatures.map(({ person }) => person),
  ]);
  const name = (actor: string) => names.get(actor) ?? actor;
  const next = state.challenges.find(({ as, duplicateOf }) => as === 'open' && duplicateOf === null);
  const isStillBlind = isBlind(state, me, role);
  const task = await taskOf(host, state.id);
  const endpoints = await listEndpoints(host);
  const model = endpoints.find(({ id }) => id === state.endpoint);
  const isNews = task !== null && (task.finishedAt ?? 0) >= Date.parse(state.updatedAt);
  return {
    ...shown,
    role,
    /** Who advises, and who receives what is said. */
    advisor: model ? `${model.label}; what is said here goes to ${new URL(model.baseUrl).host}` : SIMULATED,
    hasOtherModel: otherModelOf(state) !== null,
    /** Advisors that were replaced after an alarm about them, by the names that they have here. */
    dismissed: state.dismissed.map((id) => endpoints.find((each) => each.id === id)?.label ?? 'The simulated model'),
    frozen: state.frozen.at(-1) ?? null,
    amendments: state.frozen.slice(0, -1),
    reasons: state.frozen.map(({ reason }) => reason),
    forecasts: isStillBlind
      ? []
      : state.forecasts.map((forecast) => ({ ...forecast, isOwners: forecast.by === owner, by: name(forecast.by) })),
    mayForecastBlindly: isStillBlind && state.frozen.length > 0,
    hasFinalForecast: state.forecasts.some(({ by, phase }) => by === me && phase === 'final'),
    signatures: state.signatures.map((signature) => ({ ...signature, person: name(signature.person) })),
    hasSigned: state.machine.signatures.includes(me),
    ownerName: name(owner),
    members: state.members.map(({ reader, role }) => ({ id: readerIdOf(reader), name: name(reader), role })),
    invitations: role === 'owner' ? await listInvitations(host, state.id) : [],
    mayMail: sendsMail(host.settings),
    mayInvite: role === 'owner' && host.settings.mode === 'accounts',
    checks: [...checksNow(state).values()].map((check) => ({ ...check, at: Date.parse(check.at) })),
    lamps: lampsNow(state),
    /** What the model was measured to do, in sentences, and the parts of the layers that do not work with it. */
    modelCan: state.abilities ? abilitySentences(state.abilities) : [],
    missing: state.baseline?.missing ?? [],
    openAlarms: openAlarms(state),
    openProposals: openProposals(state),
    /** Parties that a model named and nobody has listed. */
    partiesNamed: seen.partiesNamed.filter(
      (party) => !state.stakeholders.some(({ name }) => party.toLowerCase().startsWith(name.toLowerCase())),
    ),
    /** Proposals of the model itself, which stop nothing. */
    modelsProposals: state.dissolutionProposals.filter(({ basis }) => basis.startsWith('model ')),
    partnership: partnershipOf(state),
    /** Those who may answer a challenge that is deferred. */
    answerers: [owner, ...state.members.filter(({ role }) => role === 'member').map(({ reader }) => reader)].map(
      (actor) => ({ actor, name: name(actor) }),
    ),
    me,
    burdened: burdenedBy(state),
    spent: await spentOn(host, state.id),
    evidenceBalance: {
      for: state.evidence.filter(({ direction }) => direction === 'for').length,
      against: state.evidence.filter(({ direction }) => direction === 'against').length,
    },
    hasEnoughEvidence: sentencesIn(state.evidence) >= FEWEST_SENTENCES,
    nextChallenge: next
      ? {
          ...next,
          changes: changesSince(state, next).map(({ seq, type }) => ({ seq, type })),
          cited: citedFor(state, next),
        }
      : null,
    task: task && { ...task, isInHand: task.finishedAt === null },
    /** How the newest work ended, where nothing has happened since. */
    taskSaid: task?.state !== 'done' && isNews ? (task?.said ?? null) : null,
    now: host.now(),
  };
}
export type DecisionView = Awaited<ReturnType<typeof decisionView>>;
