import { holdLease } from '../lease.ts';
import { storeFromParent } from '../testing.ts';

// One of several processes of which one may lead; it tells its parent when it begins and when it ends.
const held = holdLease(storeFromParent(), 'leader', {
  ttlMs: 600,
  onHeld: () => process.send?.('held'),
  onLost: () => process.send?.('lost'),
});
process.on('message', () => held.stop().then(() => process.exit(0)));
