import type { Command, Observations } from '@broadsheet/methods/five-layer';
import { describe, expect, test } from 'vitest';
import { wordsIn } from './erase.ts';
import type { DecisionEvent } from './events.ts';
import { hasWords, wordless } from './wordless.ts';

/** With every field that may be missing: a new one does not compile until it stands here, as words or as something else. */
type Whole<T> = T extends string | number | boolean | null | undefined
  ? Exclude<T, undefined>
  : T extends readonly (infer E)[]
    ? readonly Whole<E>[]
    : { readonly [K in keyof T]-?: Whole<Exclude<T[K], undefined>> };
type SampleOf<K extends DecisionEvent['type']> = Whole<Extract<DecisionEvent, { type: K }>>;

/** What a person or a model wrote, and has to go. */
const words = (what: string) => `words of ${what}`;
const ID = 'id-1';

const SEEN: Whole<Observations> = {
  turn: 1,
  prior: 0.5,
  options: [ID],
  flipPairs: [{ leanA: { choice: 'A', pA: 0.5 }, leanB: { choice: 'B', pA: 0.5 } }],
  gaps: [0],
  pushedClaims: [{ before: 'A', afterPush: ['A'] }],
  evidenceMoved: true,
  reversals: 0,
  proposals: [{ optionId: words('a proposal'), brokenConstraints: [words('a constraint that is none')] }],
  distances: [0],
  reference: { mean: 0, deviation: 1, count: 30 },
  citations: [{ id: words('a citation'), title: words('its title'), storedTitle: words('a title in the store') }],
  quotes: [{ state: 'verbatim', similarity: 1, differing: [words('a quotation')] }],
  numbers: [{ missing: [words('a number')], instead: [words('another number')] }],
  samplings: [[words('a sample')]],
  answerable: [{ kind: 'probability', p: 0.5 }],
  unanswerable: [{ kind: 'refused', p: 0.5 }],
  checkable: [{ p: 0.5, outcome: 1 }],
  canaries: [true],
  anchors: [true],
  usedTokens: 1,
  windowTokens: 1,
  reportedTokens: 1,
  estimatedTokens: 1,
  wasCutOff: false,
  latencies: [1],
  ownTurns: [words('an answer')],
  couldBeRead: [true],
  looks: [{ mismatches: 0, asked: 4 }],
  endpointNoise: 0,
  hasNewFingerprint: false,
  passages: [
    { passage: { sign: 'instruction', start: 0, end: 1, excerpt: words('a passage') }, withIt: 'A', withoutIt: 'B' },
  ],
  markerLeaked: false,
  modelP: 0.5,
  lookedAt: 1,
  roundAt: 1,
  wasHinted: false,
  memoryAt: 1,
  usedAtMemory: 1,
  moves: [{ human: [0.5, 0.5], model: [0.5, 0.5], hasNewEvidence: false }],
  sunkCost: [0],
  evidence: [{ direction: 'for', turn: 1 }],
  stakeholders: [
    {
      name: words('a name'),
      hasUpside: true,
      impacts: [
        {
          optionId: ID,
          severity: 1,
          isIrreversible: true,
          mitigation: words('a mitigation'),
          signedBy: words('a signature'),
        },
      ],
    },
  ],
  partiesNamed: [words('a party')],
};

const COMMANDS: { readonly [K in Command['type']]: Whole<Extract<Command, { type: K }>> } = {
  start: {
    type: 'start',
    by: 'owner',
    isEndpointReachable: true,
    hasBudget: true,
    stakes: 'low',
    isIrreversible: false,
  },
  'pass-stage': { type: 'pass-stage', by: 'owner', missing: [ID] },
  'fail-stage': { type: 'fail-stage', by: 'system' },
  confirm: {
    type: 'confirm',
    by: 'owner',
    predicates: {
      anchored: 'pass',
      independent: 'pass',
      grounded: 'pass',
      committing: 'pass',
      calibrated: 'pass',
      'within-scope': 'pass',
    },
    oldestCheckMs: 0,
  },
  'raise-red': { type: 'raise-red', by: 'system', alarmId: ID },
  'clear-red': { type: 'clear-red', by: 'owner', alarmId: ID },
  override: { type: 'override', by: 'owner', alarmIds: [ID], reason: words('an override') },
  suspend: { type: 'suspend', by: 'owner', reason: words('a halt') },
  recalibrate: { type: 'recalibrate', by: 'owner', from: 2 },
  resume: { type: 'resume', by: 'owner' },
  ready: {
    type: 'ready',
    by: 'owner',
    readiness: {
      resolvedChallenges: 3,
      resolvedPremortems: 1,
      openLoadBearingClaims: 0,
      areStakeholdersCovered: true,
      hasFinalForecast: true,
    },
  },
  withdraw: { type: 'withdraw', by: 'owner' },
  sign: {
    type: 'sign',
    by: 'owner',
    person: 'reader:1',
    sinceReadyMs: 0,
    skipCoolOffBecause: words('a haste'),
  },
  'propose-dissolution': { type: 'propose-dissolution', by: 'system', proposalId: ID },
  continue: { type: 'continue', by: 'owner', proposalIds: [ID], reason: words('going on') },
  dissolve: { type: 'dissolve', by: 'owner', reason: words('a stop') },
  reopen: { type: 'reopen', by: 'owner', newEvidence: 1, isAnotherPerson: false, sinceMs: 0 },
  review: { type: 'review', by: 'owner', outcome: words('an outcome') },
  expire: { type: 'expire', by: 'system', idleDays: 30 },
};

const COST = { tokens: 1, calls: 1, micros: 1 };
const SAMPLES: { readonly [K in DecisionEvent['type']]: readonly SampleOf<K>[] } = {
  created: [
    {
      type: 'created',
      title: words('a title'),
      ownerId: 1,
      paperId: ID,
      endpoint: ID,
      second: ID,
      judge: ID,
      budgetTokens: 1,
      budgetCalls: 1,
      budgetMicros: 1,
      thresholds: 'v1',
      protocol: 'v1',
      fault: 'sycophant',
    },
  ],
  member: [{ type: 'member', reader: 'reader:2', role: 'member' }],
  owner: [{ type: 'owner', readerId: 2 }],
  contract: [
    {
      type: 'contract',
      decides: words('who decides'),
      mayDo: words('what it may do'),
      endsWhen: words('an end'),
      deadlineOn: '2026-03-01',
    },
  ],
  frozen: [
    {
      type: 'frozen',
      question: {
        version: 1,
        statement: words('a question'),
        options: [{ id: ID, text: words('an option') }],
        constraints: [{ id: ID, text: words('a constraint') }],
        killCriteria: [{ id: ID, observable: words('a sign'), threshold: words('a threshold'), by: words('a date') }],
        floor: 0.5,
      },
      reason: words('an amendment'),
    },
  ],
  forecast: [
    { type: 'forecast', phase: 'prior', by: 'reader:1', p: { [ID]: 0.5 }, leansTo: ID, note: words('a forecast') },
  ],
  biases: [{ type: 'biases', items: [words('a bias')] }],
  stakeholder: [{ type: 'stakeholder', ...SEEN.stakeholders[0] }],
  evidence: [
    {
      type: 'evidence',
      id: ID,
      source: words('a source'),
      title: words('a title'),
      text: words('a text'),
      direction: 'for',
    },
  ],
  'evidence-withdrawn': [{ type: 'evidence-withdrawn', id: ID, reason: words('a withdrawal') }],
  baseline: [
    {
      type: 'baseline',
      answers: { [ID]: 'A' },
      noise: 0,
      model: 'simulated',
      fingerprints: ['fp-1'],
      windowTokens: 1,
      abilities: {
        json: 'plain',
        window: {
          declared: 1,
          served: 1,
          held: 1,
          failedAt: 1,
          lostAt: [0],
          end: 'refused',
          said: words('a server'),
        },
        countsTokens: true,
        streams: true,
        ms: 1,
      },
      missing: [{ layer: 3, what: 'all probes', because: 'it answered with no JSON' }],
    },
  ],
  stage: [{ type: 'stage', stage: 11, passed: true, said: '3 calls, passed.' }],
  command: Object.values(COMMANDS).map((command) => ({ type: 'command', command }) as SampleOf<'command'>),
  turn: [
    {
      type: 'turn',
      role: 'human',
      text: words('a turn'),
      status: 'ok',
      key: 'key-of-a-turn',
      model: 'simulated',
      ms: 1,
    },
  ],
  claims: [
    {
      type: 'claims',
      turn: 1,
      claims: [
        {
          id: 'claim-1-1',
          text: words('a claim'),
          citedId: words('a cited id'),
          quote: words('a quote'),
          state: 'supported',
        },
      ],
    },
  ],
  'claim-resolved': [{ type: 'claim-resolved', id: ID, how: words('a resolution') }],
  observed: [{ type: 'observed', set: SEEN, add: SEEN }],
  checked: [
    {
      type: 'checked',
      checks: [
        {
          layer: 4,
          detector: 'injection',
          result: 'red',
          statistic: 1,
          threshold: 1,
          n: 1,
          detail: words('a passage in a check'),
        },
        { layer: 3, detector: 'flips', result: 'red', statistic: 1, threshold: 1, n: 1, detail: '4 of 4 pairs.' },
      ],
      cost: { calls: 1, tokens: 1 },
    },
  ],
  alarm: [{ type: 'alarm', id: ID, detector: 'stakeholders', detail: words('a name in an alarm'), cause: 'unknown' }],
  replaced: [{ type: 'replaced', alarmIds: [ID], how: 'other-model', advice: words('an advice') }],
  challenge: [
    {
      type: 'challenge',
      id: ID,
      text: words('a challenge'),
      kind: 'premortem',
      turn: 1,
      proposal: ID,
      attacks: words('what it attacks'),
      settledBy: words('what settles it'),
      moves: 0.1,
      duplicateOf: ID,
      model: 'simulated',
    },
  ],
  'challenge-resolved': [
    {
      type: 'challenge-resolved',
      id: ID,
      as: 'deferred',
      response: words('a response'),
      evidenceIds: [ID],
      dueOn: '2026-03-01',
      change: 1,
      owner: 'reader:1',
    },
  ],
  'claim-pushed': [{ type: 'claim-pushed', id: ID, gaveUpAt: 1, pushes: 5, isMovedByEvidence: true }],
  assumption: [
    {
      type: 'assumption',
      id: ID,
      text: words('an assumption'),
      p: 0.5,
      breaksIf: words('a break'),
      checkBy: '2026-03-01',
      claimIds: [ID],
      isLoadBearing: true,
    },
  ],
  'assumption-judged': [
    { type: 'assumption-judged', id: ID, status: 'broken', why: words('a judgement'), evidenceIds: [ID] },
  ],
  'criterion-met': [{ type: 'criterion-met', id: ID, note: words('a note'), evidenceIds: [ID] }],
  predicates: [{ type: 'predicates', turn: 1, when: 'turns', vector: COMMANDS.confirm.predicates }],
  'budget-gone': [{ type: 'budget-gone', said: 'This would take 4 of 3 calls.' }],
  'dissolution-proposed': [
    {
      type: 'dissolution-proposed',
      id: ID,
      kind: 'direction',
      trigger: 'criterion-met',
      detail: words('a criterion'),
      basis: ID,
      evidenceIds: [ID],
      cost: COST,
    },
  ],
  reopened: [{ type: 'reopened', evidenceId: ID, reason: words('taking it up again'), isAnotherPerson: true }],
  judged: [{ type: 'judged', id: ID, verdict: 'meets', model: 'simulated' }],
  signed: [
    {
      type: 'signed',
      person: 'reader:1',
      optionId: ID,
      rationale: words('a rationale'),
      dissent: words('a dissent'),
      reviewOn: '2026-03-01',
    },
  ],
  dissolved: [
    {
      type: 'dissolved',
      kind: 'direction',
      reason: words('an end'),
      proposal: ID,
      by: 'reader:1',
      lastPhase: 'active',
      cost: COST,
      reviewOn: '2026-03-01',
    },
  ],
  reviewed: [{ type: 'reviewed', outcome: words('an outcome'), resolutions: { [ID]: 1 }, wasStoppingRight: true }],
  erased: [
    {
      type: 'erased',
      reason: words('an erasure'),
      of: [{ seq: 1, left: { type: 'owner', readerId: 1 } as Whole<DecisionEvent> }],
    },
  ],
};

describe('what is left of an event', () => {
  const all = Object.values(SAMPLES).flat() as DecisionEvent[];

  test.for(all.map((event) => [nameOf(event), event] as const))(
    '%s: no words, and everything else as it was',
    ([, event]) => {
      const left = wordless(event, 7);
      expect(JSON.stringify(left)).not.toContain('words of');
      expect(shapeOf(left)).toEqual(shapeOf(event));
      // What is shown to whoever erases it is just what goes.
      const written = JSON.stringify(event).match(/words of/g)?.length ?? 0;
      expect(hasWords(event, 7)).toBe(written > 0);
      expect(wordsIn(event, 7)).toHaveLength(written);
    },
  );
});

function nameOf(event: DecisionEvent): string {
  return event.type === 'command' ? `command ${event.command.type}` : event.type;
}

/** Everything but the words, with their places; observations lose nothing that a check counts. */
function shapeOf(value: unknown): unknown {
  if (typeof value === 'string') return /words of|\(erased\)|^another title$/.test(value) ? '…' : value;
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(shapeOf);
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, key === 'differing' ? '…' : shapeOf(inner)]),
  );
}
