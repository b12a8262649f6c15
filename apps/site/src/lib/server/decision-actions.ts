import {
  addEvidence,
  confirmHolding,
  dissolveDecision,
  freezeQuestion,
  getReady,
  giveContract,
  giveForecast,
  inputs,
  makeChallenge,
  measureBaseline,
  nameBiases,
  openAlarms,
  overrideAlarms,
  replaceAdvice,
  resolveChallenge,
  resolveClaim,
  reviewDecision,
  runStage,
  setStakeholder,
  signDecision,
  step,
  talk,
  watchTurn,
} from '@broadsheet/newsroom/decisions';
import { all, type DecisionAction, lines, onDecision, onOwnDecision } from './decision-page.ts';
import { field } from './forms.ts';

/** Days, texts and choices of a form as the schemas take them; an empty field is a missing one. */
const orNull = (text: string) => (text === '' ? null : text);

/** What each form of a decision's page does. */
export const decisionActions = {
  contract: onOwnDecision(({ host, state, form, actor }) =>
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
  ),
  freeze: onOwnDecision(({ host, state, form, actor }) =>
    freezeQuestion(host, state, actor, inputs.Frozen.parse(frozenOf(form))),
  ),
  forecast: onOwnDecision(({ host, state, form, actor }) =>
    giveForecast(
      host,
      state,
      actor,
      inputs.Forecast.parse({
        phase: field(form, 'phase'),
        p: probabilities(form),
        leansTo: field(form, 'leansTo'),
        note: field(form, 'note'),
      }),
    ),
  ),
  evidence: onDecision(({ host, state, form, actor }) =>
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
  ),
  biases: onDecision(({ host, state, form, actor }) =>
    nameBiases(host, state, actor, inputs.Biases.parse({ items: lines(form, 'items') })),
  ),
  stakeholder: onDecision(({ host, state, form, actor }) =>
    setStakeholder(host, state, actor, inputs.StakeholderInput.parse(stakeholderOf(state, form))),
  ),
  baseline: onDecision(({ host, state, signal }) => measureBaseline(host, state, signal)),
  calibrate: onDecision(calibrate),
  confirm: onOwnDecision(({ host, state, actor, signal }) => confirmHolding(host, state, actor, signal)),
  recalibrate: onOwnDecision(({ host, state, actor }) =>
    step(host, state, actor, { type: 'recalibrate', by: 'owner', from: 2 }),
  ),
  say: onDecision(say),
  replace: onOwnDecision(({ host, state, form, actor, signal }) =>
    replaceAdvice(
      host,
      state,
      actor,
      inputs.Replace.parse({ alarmIds: openAlarms(state).map(({ id }) => id), how: field(form, 'how') }),
      signal,
    ),
  ),
  override: onOwnDecision(({ host, state, form, actor }) =>
    overrideAlarms(
      host,
      state,
      actor,
      inputs.Override.parse({ alarmIds: openAlarms(state).map(({ id }) => id), reason: field(form, 'reason') }),
    ),
  ),
  challenge: onDecision(({ host, state, signal }) => makeChallenge(host, state, signal)),
  resolve: onDecision(({ host, state, form, actor }) =>
    resolveChallenge(
      host,
      state,
      actor,
      inputs.Resolve.parse({
        id: field(form, 'id'),
        as: field(form, 'as'),
        response: field(form, 'response'),
        evidenceIds: all(form, 'evidenceId'),
        dueOn: orNull(field(form, 'dueOn')),
      }),
    ),
  ),
  claim: onDecision(({ host, state, form, actor }) =>
    resolveClaim(host, state, actor, field(form, 'id'), inputs.Claim.parse({ how: field(form, 'how') }).how),
  ),
  ready: onOwnDecision(({ host, state, actor, signal }) => getReady(host, state, actor, signal)),
  withdraw: onOwnDecision(({ host, state, actor }) => step(host, state, actor, { type: 'withdraw', by: 'owner' })),
  sign: onDecision(({ host, state, form, actor, role }) =>
    signDecision(
      host,
      state,
      { name: actor, role },
      inputs.Sign.parse({
        optionId: field(form, 'optionId'),
        rationale: field(form, 'rationale'),
        dissent: field(form, 'dissent'),
        reviewOn: field(form, 'reviewOn'),
        skipCoolOffBecause: field(form, 'skipCoolOffBecause'),
      }),
    ),
  ),
  dissolve: onOwnDecision(({ host, state, form, actor }) =>
    dissolveDecision(
      host,
      state,
      actor,
      inputs.Dissolve.parse({ kind: field(form, 'kind'), reason: field(form, 'reason') }),
    ),
  ),
  review: onDecision(({ host, state, form, actor, role }) => {
    const chosen = state.signatures.at(-1)?.optionId;
    const came = field(form, 'came');
    const resolutions = chosen !== undefined && (came === '0' || came === '1') ? { [chosen]: Number(came) } : {};
    return reviewDecision(
      host,
      state,
      actor,
      role,
      inputs.Review.parse({ outcome: field(form, 'outcome'), resolutions }),
    );
  }),
};

/** Runs the stages that are left; each is on record as soon as it ends. */
async function calibrate({ host, state, signal }: DecisionAction): Promise<void> {
  let now = state;
  let isLast: boolean;
  do {
    // The last stage is passed by the owner's confirmation, so running it moves nothing on.
    isLast = now.machine.stage === 7;
    now = await runStage(host, now, signal);
  } while (!isLast && now.machine.phase === 'calibrating' && !signal.aborted);
}

/** A turn, and the checks that are due after it. */
async function say({ host, state, form, actor, signal }: DecisionAction): Promise<void> {
  const said = inputs.Say.parse({ text: field(form, 'text'), key: field(form, 'key') });
  const answered = await talk(host, state, actor, said, signal);
  if (answered.machine.phase !== 'active') return;
  // The visitor may go; what is being checked is finished all the same.
  const watching = watchTurn(host, answered, AbortSignal.timeout(10 * 60_000)).catch((error) => {
    host.log.warn('checks of a decision failed', { decision: state.id, error });
  });
  if (answered.endpoint.startsWith('bundled')) await watching;
}

const LETTERS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

function frozenOf(form: FormData) {
  const observables = all(form, 'observable');
  const thresholds = all(form, 'threshold');
  const dates = all(form, 'by');
  return {
    statement: field(form, 'statement'),
    options: all(form, 'option')
      .map((text) => text.trim())
      .filter(Boolean)
      .map((text, i) => ({ id: LETTERS[i], text })),
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
