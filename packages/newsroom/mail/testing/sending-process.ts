import { dirname } from 'node:path';
import { openDatabase } from '@broadsheet/database';
import { issueBodies } from '../../digest/index.ts';
import { hostOn } from '../../testing/host.ts';
import { startSender } from '../index.ts';

// Sends the outbox of a store until it is killed, for what looks at what a killed sender leaves behind.
const [location, smtpUrl, leaseMs] = process.argv.slice(2);
const host = await hostOn(openDatabase({ dataDir: dirname(location) }), {
  at: Date.now(),
  env: {
    BROADSHEET_SMTP_URL: smtpUrl,
    BROADSHEET_MAIL_FROM: 'Papers <papers@example.org>',
    BROADSHEET_MAIL_PER_MINUTE: '1000000',
    BROADSHEET_SMTP_TLS: process.env.BROADSHEET_SMTP_TLS ?? 'auto',
  },
});
setInterval(() => host.setNow(Date.now()), 20);
startSender(host, { pollMs: 20, leaseMs: Number(leaseMs), bodiesOf: issueBodies(host) });
process.send?.('sending');
