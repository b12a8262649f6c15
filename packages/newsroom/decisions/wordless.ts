import type { Check, Citation, Command, DetectorId, Observations, Stakeholder } from '@broadsheet/methods/five-layer';
import type { DecisionEvent } from './events.ts';

/** Stands where words were. Not empty: a reason that was given must not look like one that was not. */
export const ERASED = '(erased)';

type Kind = DecisionEvent['type'];
type Wordless = { readonly [K in Kind]: (event: Extract<DecisionEvent, { type: K }>, seq: number) => DecisionEvent };

/** Of kinds that hold ids, numbers and sentences of our own, and nothing that a person or a model wrote. */
const same = <E extends DecisionEvent>(event: E): E => event;

/**
 * What is left of an event when its words are erased: ids, states and numbers, on which later events rest. Every kind
 * stands here, those without words too, so that a new one is thought of.
 */
const LEFT: Wordless = {
  created: (e) => ({ ...e, title: ERASED }),
  member: same,
  owner: same,
  contract: (e) => ({ ...e, decides: ERASED, mayDo: ERASED, endsWhen: ERASED }),
  frozen: ({ question, reason, ...e }) => ({
    ...e,
    question: {
      ...question,
      statement: ERASED,
      options: question.options.map(({ id }) => ({ id, text: ERASED })),
      constraints: question.constraints.map((constraint) => ({ ...constraint, text: ERASED })),
      killCriteria: question.killCriteria.map(({ id }) => ({ id, observable: ERASED, threshold: ERASED, by: ERASED })),
    },
    reason: reason && ERASED,
  }),
  forecast: (e) => ({ ...e, note: e.note && ERASED }),
  biases: (e) => ({ ...e, items: e.items.map(() => ERASED) }),
  stakeholder: (e, seq) => ({ ...e, ...wordlessStakeholder(e, `${ERASED} ${seq}`) }),
  evidence: (e) => ({ ...e, source: ERASED, title: ERASED, text: ERASED }),
  'evidence-withdrawn': (e) => ({ ...e, reason: ERASED }),
  baseline: (e) =>
    e.abilities?.window.said
      ? { ...e, abilities: { ...e.abilities, window: { ...e.abilities.window, said: ERASED } } }
      : e,
  stage: same,
  command: (e) => ({ ...e, command: wordlessCommand(e.command) }),
  turn: (e) => ({ ...e, text: ERASED }),
  claims: (e) => ({
    ...e,
    claims: e.claims.map((claim) => ({
      ...claim,
      text: ERASED,
      citedId: claim.citedId && idOnly(claim.citedId),
      quote: claim.quote && ERASED,
    })),
  }),
  'claim-resolved': (e) => ({ ...e, how: ERASED }),
  observed: (e) => ({ ...e, set: wordlessSeen(e.set), add: wordlessSeen(e.add) }),
  checked: (e) => ({ ...e, checks: e.checks.map(wordlessCheck) }),
  alarm: (e) => wordlessCheck(e),
  replaced: (e) => ({ ...e, advice: ERASED }),
  challenge: (e) => ({
    ...e,
    text: ERASED,
    attacks: e.attacks?.startsWith('claim-') ? e.attacks : e.attacks && ERASED,
    settledBy: e.settledBy && ERASED,
  }),
  'challenge-resolved': (e) => ({ ...e, response: ERASED }),
  'claim-pushed': same,
  assumption: (e) => ({ ...e, text: ERASED, breaksIf: ERASED }),
  'assumption-judged': (e) => ({ ...e, why: ERASED }),
  'criterion-met': (e) => ({ ...e, note: ERASED }),
  predicates: same,
  'budget-gone': same,
  // It says the criterion's words.
  'dissolution-proposed': (e) => (e.trigger === 'criterion-met' ? { ...e, detail: ERASED } : e),
  reopened: (e) => ({ ...e, reason: ERASED }),
  judged: same,
  signed: (e) => ({ ...e, rationale: ERASED, dissent: e.dissent && ERASED }),
  dissolved: (e) => ({ ...e, reason: ERASED }),
  reviewed: (e) => ({ ...e, outcome: ERASED }),
  erased: (e) => ({ ...e, reason: ERASED }),
};

/** An event without its words; itself where it has none. */
export function wordless(event: DecisionEvent, seq: number): DecisionEvent {
  const left = LEFT[event.type] as (event: DecisionEvent, seq: number) => DecisionEvent;
  return left(event, seq);
}

/** Whether anything would go. */
export function hasWords(event: DecisionEvent, seq: number): boolean {
  return JSON.stringify(wordless(event, seq)) !== JSON.stringify(event);
}

export function wordlessCommand(command: Command): Command {
  switch (command.type) {
    case 'override':
    case 'suspend':
    case 'continue':
    case 'dissolve':
      return { ...command, reason: ERASED };
    case 'review':
      return { ...command, outcome: ERASED };
    case 'sign':
      return command.skipCoolOffBecause ? { ...command, skipCoolOffBecause: ERASED } : command;
    case 'start':
    case 'pass-stage':
    case 'fail-stage':
    case 'confirm':
    case 'raise-red':
    case 'clear-red':
    case 'recalibrate':
    case 'resume':
    case 'ready':
    case 'withdraw':
    case 'propose-dissolution':
    case 'reopen':
    case 'expire':
      return command;
  }
}

/** Detectors that say in words what they found: a name, a passage, what a model called something. */
const QUOTING: ReadonlySet<DetectorId> = new Set([
  ...(['citations', 'constraints', 'quotes', 'numbers', 'injection', 'stakeholders'] as const),
]);

/** A check that found nothing says so in a sentence of our own; an alarm has found something. */
function wordlessCheck<C extends Pick<Check, 'detector' | 'detail'> & Partial<Pick<Check, 'result'>>>(check: C): C {
  const { detector, result = 'red' } = check;
  const isTelling = QUOTING.has(detector) && (result === 'red' || result === 'amber');
  return isTelling ? { ...check, detail: ERASED } : check;
}

function wordlessStakeholder<S extends Stakeholder>(stakeholder: S, name: string): S {
  return {
    ...stakeholder,
    name,
    impacts: stakeholder.impacts.map((impact) => ({
      ...impact,
      ...(impact.mitigation ? { mitigation: ERASED } : {}),
      ...(impact.signedBy ? { signedBy: ERASED } : {}),
    })),
  };
}

/** Observations without words. What differed from what, and whether a title fitted, stays to be seen. */
const SEEN: { readonly [K in keyof Observations]?: (seen: Observations[K]) => Observations[K] } = {
  proposals: (all) =>
    all.map(({ optionId, brokenConstraints, ...rest }) => ({
      ...rest,
      optionId: idOnly(optionId),
      brokenConstraints: brokenConstraints.map(idOnly),
    })),
  citations: (all) => all.map(withoutTitle),
  quotes: (all) => all.map((quote) => ({ ...quote, differing: [] })),
  numbers: (all) =>
    all.map(({ missing, instead }) => ({ missing: missing.map(() => ERASED), instead: instead.map(() => ERASED) })),
  samplings: (all) => all.map((answers) => answers.map((answer) => `${ERASED} ${answers.indexOf(answer) + 1}`)),
  ownTurns: (all) => all.map(() => ERASED),
  passages: (all) => all.map((probe) => ({ ...probe, passage: { ...probe.passage, excerpt: ERASED } })),
  stakeholders: (all) => all.map((each, i) => wordlessStakeholder(each, `${ERASED} ${i + 1}`)),
  partiesNamed: (all) => all.map(() => ERASED),
};

function wordlessSeen(seen: Partial<Observations>): Partial<Observations> {
  const left: Record<string, unknown> = { ...seen };
  for (const [key, blank] of Object.entries(SEEN))
    if (left[key] !== undefined) left[key] = (blank as (value: unknown) => unknown)(left[key]);
  return left as Partial<Observations>;
}

/** An id, or nothing of it: what a model gives for one may be a sentence. */
function idOnly(id: string): string {
  return /^[A-Za-z0-9][\w.:/-]{0,63}$/u.test(id) ? id : ERASED;
}

function withoutTitle({ id, title, storedTitle }: Citation): Citation {
  return {
    id: idOnly(id),
    title: title === undefined || title === storedTitle ? title && ERASED : 'another title',
    storedTitle: storedTitle && ERASED,
  };
}
