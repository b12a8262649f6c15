import {
  addEvidence,
  amendQuestion,
  cancelTask,
  type DecisionForm,
  dissolveDecision,
  freezeQuestion,
  giveContract,
  giveForecast,
  inputs,
  invite,
  nameBiases,
  openAlarms,
  overrideAlarms,
  recalibrate,
  resolveChallenge,
  resolveClaim,
  reviewDecision,
  setMember,
  setStakeholder,
  signDecision,
  step,
  takeBackInvitation,
  talk,
  watchTurn,
  withdrawEvidence,
} from '@broadsheet/newsroom/decisions';
import { redirect } from '@sveltejs/kit';
import { all, type DecisionAction, have, haveIfFree, lines, onForm, Shown } from './decision-page.ts';
import { field } from './forms.ts';

/** Days, texts and choices of a form as the schemas take them; an empty field is a missing one. */
const orNull = (text: string) => (text === '' ? null : text);
type Work = (action: DecisionAction) => Promise<unknown>;

/** What each form of a decision's page does. */
const WORK: Readonly<Record<DecisionForm, Work>> = {
  contract: ({ host, state, form, actor }) =>
    giveContract(
      host,
      state,
      actor,
      inputs.Contract.parse({
        decides: field(form, 'decides'),
        mayDo: field(form, 'mayDo'),
        endsWhen: field(form, 'endsWhen'),
        deadlineOn: orNull(field(form, 'deadlineOn')),
      }),
    ),
  freeze: ({ host, state, form, actor }) => freezeQuestion(host, state, actor, inputs.Frozen.parse(frozenOf(form))),
  async amend(action) {
    const { host, state, form, actor } = action;
    const amended = await amendQuestion(host, state, actor, inputs.Frozen.parse(frozenOf(form)));
    await haveIfFree({ ...action, state: amended }, { kind: 'measure' });
  },
  forecast: ({ host, state, form, ...person }) =>
    giveForecast(
      host,
      state,
      writer(person),
      inputs.Forecast.parse({
        phase: field(form, 'phase'),
        p: probabilities(form),
        leansTo: field(form, 'leansTo'),
        note: field(form, 'note'),
      }),
    ),
  evidence: ({ host, state, form, actor }) =>
    addEvidence(
      host,
      state,
      actor,
      inputs.EvidenceInput.parse({
        source: field(form, 'source'),
        title: field(form, 'title'),
        text: field(form, 'text'),
        direction: field(form, 'direction'),
      }),
    ),
  'withdraw-evidence': ({ host, state, form, actor }) =>
    withdrawEvidence(
      host,
      state,
      actor,
      inputs.WithdrawEvidence.parse({ id: field(form, 'id'), reason: field(form, 'reason') }),
    ),
  biases: ({ host, state, form, actor }) =>
    nameBiases(host, state, actor, inputs.Biases.parse({ items: lines(form, 'items') })),
  stakeholder: ({ host, state, form, actor }) =>
    setStakeholder(host, state, actor, inputs.StakeholderInput.parse(stakeholderOf(state, form))),
  baseline: (action) => have(action, { kind: 'baseline' }),
  calibrate: (action) => have(action, { kind: 'calibrate' }),
  confirm: (action) => have(action, { kind: 'confirm' }),
  cancel: ({ host, state, readerId }) => cancelTask(host, state.id, readerId),
  recalibrate: ({ host, state, actor }) => recalibrate(host, state, actor),
  say,
  pause: ({ host, state, form, ...person }) =>
    step(host, state, person.actor, {
      type: 'suspend',
      by: writer(person).role,
      reason: inputs.Pause.parse({ reason: field(form, 'reason') }).reason,
    }),
  resume: ({ host, state, actor }) => step(host, state, actor, { type: 'resume', by: 'owner' }),
  replace(action) {
    const alarmIds = openAlarms(action.state).map(({ id }) => id);
    const given = inputs.Replace.parse({ alarmIds, how: field(action.form, 'how') });
    return have(action, { kind: 'replace', given });
  },
  override: ({ host, state, form, actor }) =>
    overrideAlarms(
      host,
      state,
      actor,
      inputs.Override.parse({ alarmIds: openAlarms(state).map(({ id }) => id), reason: field(form, 'reason') }),
    ),
  challenge: (action) => have(action, { kind: 'challenge' }),
  async resolve(action) {
    const { host, state, form, actor } = action;
    const answer = inputs.Resolve.parse({
      id: field(form, 'id'),
      as: field(form, 'as'),
      response: field(form, 'response'),
      evidenceIds: all(form, 'evidenceId'),
      dueOn: orNull(field(form, 'dueOn')),
    });
    const resolved = await resolveChallenge(host, state, actor, answer);
    if (answer.as === 'rebutted' && state.judge !== null)
      await haveIfFree({ ...action, state: resolved }, { kind: 'judge', challenge: answer.id });
  },
  claim: ({ host, state, form, actor }) =>
    resolveClaim(host, state, actor, field(form, 'id'), inputs.Claim.parse({ how: field(form, 'how') }).how),
  ready: (action) => have(action, { kind: 'ready' }),
  withdraw: ({ host, state, actor }) => step(host, state, actor, { type: 'withdraw', by: 'owner' }),
  sign: ({ host, state, form, ...person }) =>
    signDecision(
      host,
      state,
      writer(person),
      inputs.Sign.parse({
        optionId: field(form, 'optionId'),
        rationale: field(form, 'rationale'),
        dissent: field(form, 'dissent'),
        reviewOn: field(form, 'reviewOn'),
        skipCoolOffBecause: field(form, 'skipCoolOffBecause'),
      }),
    ),
  dissolve: ({ host, state, form, actor }) =>
    dissolveDecision(
      host,
      state,
      actor,
      inputs.Dissolve.parse({ kind: field(form, 'kind'), reason: field(form, 'reason') }),
    ),
  review({ host, state, form, ...person }) {
    const chosen = state.signatures.at(0)?.optionId;
    const came = field(form, 'came');
    const resolutions = chosen !== undefined && (came === '0' || came === '1') ? { [chosen]: Number(came) } : {};
    const review = inputs.Review.parse({ outcome: field(form, 'outcome'), resolutions });
    return reviewDecision(host, state, writer(person), review);
  },
  async invite({ host, state, form }) {
    const given = inputs.Invitation.parse({ role: field(form, 'role'), handle: field(form, 'handle') });
    const secret = await invite(host, state, given);
    return secret === null ? undefined : new Shown(`/decisions/join/${secret}`);
  },
  'take-back': ({ host, state, form }) => takeBackInvitation(host, state.id, field(form, 'id')),
  role: ({ host, state, form, actor }) =>
    setMember(
      host,
      state,
      actor,
      inputs.Membership.parse({ readerId: field(form, 'reader'), role: orNull(field(form, 'role')) }),
    ),
  async leave({ host, state, actor, readerId }) {
    await setMember(host, state, actor, { readerId, role: null });
    redirect(303, '/decisions');
  },
};

export const decisionActions = Object.fromEntries(
  (Object.keys(WORK) as DecisionForm[]).map((form) => [form, onForm(form, WORK[form])]),
);

/** Whom `NEEDS` has let write: observers have not come this far. */
function writer({ actor, role }: Pick<DecisionAction, 'actor' | 'role'>) {
  return { actor, role: role === 'owner' ? 'owner' : 'member' } as const;
}

/** A turn, and the checks that are due after it. */
async function say({ host, state, form, actor, signal }: DecisionAction): Promise<void> {
  const said = inputs.Say.parse({ text: field(form, 'text'), key: field(form, 'key') });
  const answered = await talk(host, state, actor, said, signal);
  if (answered.machine.phase !== 'active') return;
  // The visitor may go; what is being checked is finished all the same.
  const watching = watchTurn(host, answered, new AbortController().signal).catch((error) => {
    host.log.warn('checks of a decision failed', { decision: state.id, error });
  });
  if (answered.endpoint.startsWith('bundled')) await watching;
}

function frozenOf(form: FormData) {
  const observables = all(form, 'observable');
  const thresholds = all(form, 'threshold');
  const dates = all(form, 'by');
  return {
    statement: field(form, 'statement'),
    options: all(form, 'option')
      .map((text) => text.trim())
      .filter(Boolean)
      .map((text) => ({ text })),
    constraints: lines(form, 'constraints').map((text, i) => ({ id: `C${i + 1}`, text })),
    killCriteria: observables
      .map((observable, i) => ({
        id: `K${i + 1}`,
        observable: observable.trim(),
        threshold: (thresholds[i] ?? '').trim(),
        by: (dates[i] ?? '').trim(),
      }))
      .filter(({ observable, threshold, by }) => observable || threshold || by),
    reason: field(form, 'reason'),
  };
}

/** Fields named `p-a`, `p-b` …, in per cent. */
function probabilities(form: FormData): Record<string, number> {
  const given: Record<string, number> = {};
  for (const [name, value] of form)
    if (name.startsWith('p-') && value !== '') given[name.slice(2)] = Number(value) / 100;
  return given;
}

function stakeholderOf(state: DecisionAction['state'], form: FormData) {
  const options = state.frozen.at(-1)?.options ?? [];
  return {
    name: field(form, 'name'),
    hasUpside: form.has('hasUpside'),
    impacts: options
      .map(({ id }) => ({ id, severity: field(form, `severity-${id}`) }))
      .filter(({ severity }) => severity !== '')
      .map(({ id, severity }) => ({
        optionId: id,
        severity: severity === 'unknown' ? null : severity,
        isIrreversible: form.has(`irreversible-${id}`),
        mitigation: field(form, `mitigation-${id}`),
        signedBy: field(form, `signedBy-${id}`),
      })),
  };
}
