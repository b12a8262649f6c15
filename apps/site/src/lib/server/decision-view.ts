import {
  burdenedBy,
  type DecisionState,
  FEWEST_SENTENCES,
  lampsNow,
  openAlarms,
  sentencesIn,
  tokensUsed,
} from '@broadsheet/newsroom/decisions';
import type { Host } from '@broadsheet/newsroom/host';

/** Everything that the pages of a decision show of it, as plain data. */
export async function decisionView(host: Host, state: DecisionState, role: 'owner' | 'member' | 'observer') {
  const { checks, seen: _seen, ...shown } = state;
  const frozen = state.frozen.at(-1) ?? null;
  return {
    ...shown,
    role,
    frozen,
    amendments: state.frozen.slice(0, -1),
    checks: [...checks.values()].map((check) => ({ ...check, at: Date.parse(check.at) })),
    lamps: lampsNow(state),
    openAlarms: openAlarms(state),
    burdened: burdenedBy(state),
    tokens: { used: await tokensUsed(host, state.id), budget: state.budgetTokens },
    evidenceBalance: {
      for: state.evidence.filter(({ direction }) => direction === 'for').length,
      against: state.evidence.filter(({ direction }) => direction === 'against').length,
    },
    hasEnoughEvidence: sentencesIn(state.evidence) >= FEWEST_SENTENCES,
    nextChallenge: state.challenges.find(({ as }) => as === 'open') ?? null,
    now: host.now(),
  };
}
export type DecisionView = Awaited<ReturnType<typeof decisionView>>;
