import { transaction } from '@broadsheet/database';
import { audit } from '../accounts/index.ts';
import type { Host } from '../host/index.ts';
import { settleUnknown, unsuppress } from '../mail/index.ts';

/**
 * Does what a person decided about an unknown letter, and writes down who.
 * @param actorId absent on the command line.
 * @returns whether there was such a letter.
 */
export function settleLetter(
  host: Host,
  id: number,
  decision: 'arrived' | 'again',
  actorId?: number,
): Promise<boolean> {
  return transaction(host.database, async (db) => {
    const done = await settleUnknown(db, id, decision, host.now());
    if (done) await audit(db, { actorId, action: `letter.${decision}`, subject: `letter ${id}` }, host.now());
    return done;
  });
}

/** Lets an address be written to again, at its owner's wish. @returns whether it was on the list. */
export function liftSuppression(host: Host, address: string, actorId?: number): Promise<boolean> {
  return transaction(host.database, async (db) => {
    const done = await unsuppress(db, address);
    // The log only grows, so it names no addresses.
    if (done) await audit(db, { actorId, action: 'suppression.lift', subject: 'an address' }, host.now());
    return done;
  });
}
