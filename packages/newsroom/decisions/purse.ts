import type { Host } from '../host/index.ts';
import { type Cost, OverBudget, type Purpose, reserveIn, settle } from './budget.ts';
import type { Rides } from './rides.ts';
import type { Budget } from './state.ts';

/** Reservations that are made at once; a process that dies takes so many calls with it at most. */
const AT_ONCE = 4;
/** Held no longer than this before its call begins: what is reserved counts for longer than a call may take, and not much. */
const HELD_MS = 60_000;

interface Held {
  readonly id: number;
  readonly most: Cost;
  readonly at: number;
}

/** Reservations of one piece of work that asks many short questions: several are made in one commit. */
export class Purse {
  readonly #rides: Rides;
  #held: Held[] = [];

  constructor(rides: Rides) {
    this.#rides = rides;
  }

  /**
   * A reservation for one call.
   * @param largest what the calls after it may take at most; they are reserved along with it, where the budget lets them
   */
  async take(
    host: Host,
    decision: { readonly id: string; readonly budget: Budget },
    most: Cost,
    largest: Cost,
    purpose: Purpose,
  ): Promise<number | OverBudget> {
    const held = this.#held.pop();
    if (held && held.most.tokens >= most.tokens && held.most.micros >= most.micros && host.now() - held.at < HELD_MS)
      return held.id;
    if (held) this.#held.push(held);
    this.giveBack();
    const { id, budget } = decision;
    const reserved = await this.#rides.commit(host, async (db) => {
      const ids: number[] = [];
      for (let i = 0; i < AT_ONCE; i++) {
        const next = await reserveIn(db, host, id, i === 0 ? most : largest, budget, purpose);
        if (!(next instanceof OverBudget)) ids.push(next);
        else if (i === 0) return next;
        else break;
      }
      return ids;
    });
    if (reserved instanceof OverBudget) return reserved;
    const [first, ...others] = reserved;
    this.#held = others.map((each) => ({ id: each, most: largest, at: host.now() }));
    return first;
  }

  /** What was not needed goes back with the next commit. */
  giveBack(): void {
    for (const { id } of this.#held) this.#rides.add((db) => settle(db, id, { tokens: 0, micros: 0 }));
    this.#held = [];
  }
}
