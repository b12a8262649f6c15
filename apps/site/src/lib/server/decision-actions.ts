import type { DecisionForm, DecisionState, Invited } from '@broadsheet/newsroom/decisions';
import { redirect } from '@sveltejs/kit';
import type { z } from 'zod';
import { ACTS, type DecisionAct } from './decision-acts.ts';
import { all, lines, onForm, Shown } from './decision-page.ts';
import { field } from './forms.ts';

/** Days, texts and choices of a form as the schemas take them; an empty field is a missing one. */
const orNull = (text: string) => (text === '' ? null : text);

/** What each form of a decision's page sends. */
const SENT: Readonly<Record<DecisionForm, (form: FormData, state: DecisionState) => unknown>> = {
  contract: (form) => ({
    ...fields(form, ['decides', 'mayDo', 'endsWhen']),
    deadlineOn: orNull(field(form, 'deadlineOn')),
  }),
  freeze: frozenOf,
  amend: frozenOf,
  forecast: (form) => ({ ...fields(form, ['phase', 'leansTo', 'note']), p: probabilities(form) }),
  evidence: (form) => fields(form, ['source', 'title', 'text', 'direction']),
  'withdraw-evidence': (form) => fields(form, ['id', 'reason']),
  biases: (form) => ({ items: lines(form, 'items') }),
  stakeholder: stakeholderOf,
  baseline: nothing,
  calibrate: nothing,
  confirm: nothing,
  cancel: nothing,
  recalibrate: nothing,
  say: (form) => fields(form, ['text', 'key']),
  pause: (form) => fields(form, ['reason']),
  resume: nothing,
  replace: (form) => fields(form, ['how']),
  override: (form) => fields(form, ['reason']),
  challenge: nothing,
  resolve: (form) => ({
    ...fields(form, ['id', 'as', 'response']),
    evidenceIds: all(form, 'evidenceId'),
    dueOn: orNull(field(form, 'dueOn')),
    change: orNull(field(form, 'change')),
    owner: orNull(field(form, 'owner')),
  }),
  claim: (form) => fields(form, ['id', 'how']),
  push: (form) => fields(form, ['id']),
  assumption: (form) => ({
    ...fields(form, ['text', 'breaksIf']),
    p: perCent(form, 'p'),
    checkBy: orNull(field(form, 'checkBy')),
    isLoadBearing: form.has('isLoadBearing'),
  }),
  'judge-assumption': (form) => fields(form, ['id', 'status', 'why']),
  criterion: (form) => ({ ...fields(form, ['id', 'note']), evidenceIds: all(form, 'evidenceId') }),
  continue: (form) => fields(form, ['reason']),
  ready: nothing,
  withdraw: nothing,
  sign: (form) => fields(form, ['optionId', 'rationale', 'dissent', 'reviewOn', 'skipCoolOffBecause']),
  dissolve: (form) => ({ ...fields(form, ['kind', 'reason']), reviewOn: orNull(field(form, 'reviewOn')) }),
  reopen: (form) => fields(form, ['title', 'source', 'direction', 'text', 'reason']),
  review(form, state) {
    const chosen = state.signatures.at(0)?.optionId;
    const came = field(form, 'came');
    const resolutions = chosen !== undefined && (came === '0' || came === '1') ? { [chosen]: Number(came) } : {};
    const right = field(form, 'wasRight');
    return { outcome: field(form, 'outcome'), resolutions, wasStoppingRight: right === '' ? null : right === '1' };
  },
  invite: (form) => fields(form, ['role', 'handle', 'email']),
  'take-back': (form) => fields(form, ['id']),
  role: (form) => ({ readerId: field(form, 'reader'), role: orNull(field(form, 'role')) }),
  leave: nothing,
  erase: (form) => ({ ...fields(form, ['seq', 'reason']), isSure: form.has('isSure') }),
};

export const decisionActions = Object.fromEntries(
  (Object.keys(SENT) as DecisionForm[]).map((at) => [
    at,
    onForm(at, async ({ form, ...by }) => {
      const { input, work } = ACTS[at] as DecisionAct<z.ZodType>;
      const done = await work(by, input.parse(SENT[at](form, by.state)));
      if (at === 'leave') redirect(303, '/decisions');
      return at === 'invite' ? shownOf(done as Invited) : undefined;
    }),
  ]),
);

/** A link that is to be passed on, or where it went; whoever was invited by name is in the list. */
function shownOf({ secret, sentTo }: Invited): Shown | undefined {
  if (secret !== null) return new Shown({ link: `/decisions/join/${secret}` });
  return sentTo === null ? undefined : new Shown({ sentTo });
}

function nothing(): undefined {
  return undefined;
}

function fields(form: FormData, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, field(form, name)]));
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
    floor: perCent(form, 'floor'),
    reason: field(form, 'reason'),
  };
}

/** A probability as people write it; null for an empty field. */
function perCent(form: FormData, name: string): number | null {
  const given = field(form, name);
  return given === '' ? null : Number(given) / 100;
}

/** Fields named `p-a`, `p-b` …, in per cent. */
function probabilities(form: FormData): Record<string, number> {
  const given: Record<string, number> = {};
  for (const [name, value] of form)
    if (name.startsWith('p-') && value !== '') given[name.slice(2)] = Number(value) / 100;
  return given;
}

function stakeholderOf(form: FormData, state: DecisionState) {
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
