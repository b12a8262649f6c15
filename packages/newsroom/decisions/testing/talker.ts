import { storeFromParent } from '@broadsheet/database/testing';
import { hostOn } from '../../testing/host.ts';
import { type DecisionState, MayNotTalk, OverBudget, readDecision, TalkInHand, talk, watchTurn } from '../index.ts';

/** Asked by the test that forked this process, which may kill it at any moment. */
export interface Asked {
  readonly decision: string;
  readonly actor: string;
  readonly key: string;
  readonly text: string;
  readonly leaseMs: number;
}
/** What has been acknowledged: the answer of a turn, then the checks after it. */
export interface Acknowledged {
  readonly key: string;
  readonly what: 'ready' | 'answered' | 'checked' | 'refused';
  readonly said?: string;
  /** Refused for a moment only: somebody who died holds the lease still, or the store was busy. */
  readonly isBusy?: boolean;
}

const tell = (acknowledged: Acknowledged) => process.send?.(acknowledged);
const never = new AbortController().signal;
const host = await hostOn(storeFromParent());
process.on('message', ({ decision, actor, key, text, leaseMs }: Asked) => {
  void (async () => {
    try {
      const state = (await readDecision(host.database.db, decision)) as DecisionState;
      const answered = await talk(host, state, actor, { key, text }, never, undefined, { leaseMs });
      tell({ key, what: 'answered' });
      await watchTurn(host, answered, never);
      tell({ key, what: 'checked' });
    } catch (error) {
      const isBusy = error instanceof TalkInHand || !(error instanceof MayNotTalk || error instanceof OverBudget);
      tell({ key, what: 'refused', said: String(error), isBusy });
    }
  })();
});
tell({ key: '', what: 'ready' });
