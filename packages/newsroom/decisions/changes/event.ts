import { type DetectorId, PREDICATES, stateOf, sunkCostWords } from '@broadsheet/methods/five-layer';
import type { DecisionEvent } from '../events.ts';
import { actorOf } from '../people.ts';
import type { DecisionState } from '../state.ts';
import { obeyed, observe, withReplacement } from './advisor.ts';
import { withCommand } from './step.ts';

/** What one event makes of a decision, and nothing but the event and when it was. */
export function apply(state: DecisionState, event: DecisionEvent, at: string): DecisionState {
  switch (event.type) {
    case 'created':
      return {
        ...state,
        title: event.title,
        ownerId: event.ownerId,
        paperId: event.paperId,
        endpoint: event.endpoint,
        second: event.second,
        judge: event.judge,
        budget: { tokens: event.budgetTokens, calls: event.budgetCalls, micros: event.budgetMicros },
        fault: event.fault ?? null,
      };
    case 'member': {
      const { reader, role } = event;
      const others = state.members.filter((member) => member.reader !== reader);
      return { ...state, members: role === null ? others : [...others, { reader, role }] };
    }
    case 'owner':
      return { ...state, ownerId: event.readerId };
    case 'contract':
      return { ...state, contract: event };
    case 'frozen':
      return {
        ...state,
        frozen: [...state.frozen, { ...event.question, reason: event.reason }],
        // Texts and answers within the old scope say nothing of the new one; those lamps go grey until they are checked.
        seen: {
          ...state.seen,
          options: event.question.options.map((option) => option.id),
          distances: [],
          proposals: [],
          looks: [],
        },
        checks: new Map([...state.checks].filter(([detector]) => !OF_THE_QUESTION.has(detector))),
        baseline: null,
      };
    case 'forecast':
      return withForecast(state, event, at);
    case 'biases':
      return { ...state, biases: event.items };
    case 'stakeholder': {
      const { name, impacts, hasUpside } = event;
      const stakeholders = [...state.stakeholders.filter((other) => other.name !== name), { name, impacts, hasUpside }];
      return { ...state, stakeholders, seen: { ...state.seen, stakeholders } };
    }
    case 'evidence': {
      const { id, source, title, text, direction } = event;
      const turn = state.seen.turn;
      return {
        ...state,
        evidence: [...state.evidence, { id, source, title, text, direction, turn }],
        evidenceGiven: state.evidenceGiven + 1,
        seen: { ...state.seen, evidence: [...state.seen.evidence, { direction, turn }] },
      };
    }
    case 'evidence-withdrawn':
      return withoutEvidence(state, event.id);
    case 'baseline':
      return {
        ...state,
        baseline: event,
        abilities: event.abilities ?? null,
        seen: { ...state.seen, endpointNoise: event.noise, windowTokens: event.windowTokens },
      };
    case 'stage':
      return { ...state, stages: [...state.stages, event] };
    case 'command':
      return withCommand(state, event, at);
    case 'turn':
      return {
        ...state,
        chat: [
          ...state.chat,
          { role: event.role, text: event.text, status: event.status, key: event.key, at, inContext: true },
        ],
        seen:
          event.role === 'human'
            ? { ...state.seen, sunkCost: [...state.seen.sunkCost, sunkCostWords(event.text)] }
            : event.status === 'ok' && event.ms !== undefined
              ? { ...state.seen, latencies: [...state.seen.latencies, event.ms] }
              : state.seen,
      };
    case 'claims':
      return {
        ...state,
        claims: [
          ...state.claims,
          ...event.claims.map((claim) => ({ ...claim, turn: event.turn, resolvedBy: null, pushed: null })),
        ],
      };
    case 'claim-resolved':
      return {
        ...state,
        claims: state.claims.map((claim) => (claim.id === event.id ? { ...claim, resolvedBy: event.how } : claim)),
      };
    case 'observed':
      return {
        ...state,
        seen: observe(state.seen, event.set, event.add),
        quarantined: [...new Set([...state.quarantined, ...obeyed(event.set)])],
      };
    case 'checked':
      return {
        ...state,
        checks: new Map([...state.checks, ...event.checks.map((check) => [check.detector, { ...check, at }] as const)]),
        spentOnChecks: {
          calls: state.spentOnChecks.calls + event.cost.calls,
          tokens: state.spentOnChecks.tokens + event.cost.tokens,
        },
      };
    case 'alarm': {
      const { id, detector, detail, cause } = event;
      return { ...state, alarms: [...state.alarms, { id, detector, detail, cause, raisedAt: at, closedBy: null }] };
    }
    case 'replaced':
      return withReplacement(state, event);
    case 'claim-pushed': {
      const { id, gaveUpAt, isMovedByEvidence } = event;
      const pushed = { gaveUpAt, isMovedByEvidence };
      return { ...state, claims: state.claims.map((claim) => (claim.id === id ? { ...claim, pushed } : claim)) };
    }
    case 'assumption': {
      const { type: _, ...said } = event;
      const others = state.assumptions.filter(({ id }) => id !== event.id);
      return { ...state, assumptions: [...others, { ...said, status: 'open', why: '' }] };
    }
    case 'assumption-judged': {
      const { id, status, why } = event;
      return {
        ...state,
        assumptions: state.assumptions.map((each) => (each.id === id ? { ...each, status, why } : each)),
      };
    }
    case 'criterion-met':
      return { ...state, criteriaMet: [...state.criteriaMet, event] };
    case 'predicates': {
      const isLost = stateOf(event.vector) === 'lost';
      const before = state.vectors.at(-1);
      const isNewLoss = isLost && (event.when === 'alarm' || !before || stateOf(before) !== 'lost');
      return {
        ...state,
        vectors: [...state.vectors, event.vector],
        losses: state.losses + (isNewLoss && state.recalibrations > 0 ? 1 : 0),
        hasResumed: false,
      };
    }
    case 'budget-gone':
      return { ...state, isBudgetGone: true };
    case 'dissolution-proposed': {
      const { type: _, ...proposal } = event;
      return { ...state, dissolutionProposals: [...state.dissolutionProposals, { ...proposal, at, answer: null }] };
    }
    case 'reopened':
      return { ...state, dissolution: null, reopenings: [...state.reopenings, { ...event, at }] };
    case 'challenge': {
      const { type: _, ...made } = event;
      return { ...state, challenges: [...state.challenges, { ...OPEN, ...made, seq: state.head.seq }] };
    }
    case 'challenge-resolved':
      return {
        ...state,
        challenges: state.challenges.map((challenge) =>
          challenge.id === event.id
            ? {
                ...challenge,
                as: event.as,
                response: event.response,
                dueOn: event.dueOn,
                evidenceIds: event.evidenceIds,
                owner: event.owner ?? null,
                change: event.change ?? null,
              }
            : challenge,
        ),
      };
    case 'judged':
      return {
        ...state,
        challenges: state.challenges.map((challenge) =>
          challenge.id === event.id ? { ...challenge, verdict: event.verdict } : challenge,
        ),
      };
    case 'signed':
      return { ...state, signatures: [...state.signatures, event] };
    case 'dissolved':
      return {
        ...state,
        dissolution: { ...UNSAID, ...event, at },
        dissolutionProposals: state.dissolutionProposals.map((each) => ({
          ...each,
          answer: each.answer ?? 'confirmed',
        })),
      };
    case 'reviewed':
      return { ...state, review: event };
    case 'erased':
      return state;
  }
}

function withForecast(
  state: DecisionState,
  event: Extract<DecisionEvent, { type: 'forecast' }>,
  at: string,
): DecisionState {
  const { phase, by, p, leansTo, note } = event;
  const before = state.forecasts.findLast((forecast) => forecast.by === by);
  const forecasts = [...state.forecasts, { phase, by, p, leansTo, note, at }];
  const sunkCost = note === '' ? state.seen.sunkCost : [...state.seen.sunkCost, sunkCostWords(note)];
  // The checks look at whoever decides.
  if (by !== actorOf(state.ownerId)) return { ...state, forecasts };
  if (phase === 'prior' || !before)
    return { ...state, forecasts, seen: { ...state.seen, sunkCost, prior: p[leansTo] ?? 0.5 } };
  const human = [before.p[leansTo] ?? 0.5, p[leansTo] ?? 0.5] as const;
  const hasNewEvidence = state.evidence.some((item) => item.turn >= state.seen.turn);
  return {
    ...state,
    forecasts,
    seen: { ...state.seen, sunkCost, moves: [...state.seen.moves, { human, model: [0.5, 0.5], hasNewEvidence }] },
  };
}

/** Claims that rested on it are open again. */
function withoutEvidence(state: DecisionState, id: string): DecisionState {
  const evidence = state.evidence.filter((item) => item.id !== id);
  return {
    ...state,
    evidence,
    seen: { ...state.seen, evidence: evidence.map(({ direction, turn }) => ({ direction, turn })) },
    claims: state.claims.map((claim) =>
      claim.citedId === id ? { ...claim, state: 'unsupported', resolvedBy: null } : claim,
    ),
  };
}

const OPEN = {
  ...({ as: 'open', response: '', dueOn: null, owner: null, change: null, evidenceIds: [], verdict: null } as const),
  ...({ turn: 0, proposal: null, attacks: null, settledBy: null, moves: null, duplicateOf: null, model: '' } as const),
};
/** What a stop did not say before it said more. */
const UNSAID = {
  ...({ proposal: null, by: '', lastPhase: '', reviewOn: null } as const),
  cost: { tokens: 0, calls: 0, micros: 0 },
};

/** Detectors whose statements are about the frozen question. */
const OF_THE_QUESTION: ReadonlySet<DetectorId> = new Set([
  ...PREDICATES.anchored.detectors,
  ...PREDICATES['within-scope'].detectors,
  'endpoint',
]);
