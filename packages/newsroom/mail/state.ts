import type { Host } from '../host/index.ts';
import { transportOf } from './transport/index.ts';

const KEY = 'mail-trouble';

/** What keeps letters from leaving, as the status page and the command show it. */
export interface MailTrouble {
  transport: string;
  error: string;
  since: number;
  nextAt: number;
}

export async function transportFails(host: Host, transport: string, error: string, nextAt: number): Promise<void> {
  const before = await mailTrouble(host);
  const trouble: MailTrouble = { transport, error: error.slice(0, 500), since: before?.since ?? host.now(), nextAt };
  host.log.warn('mail cannot be sent; letters wait', { ...trouble });
  await host.database.db
    .insertInto('setting')
    .values({ key: KEY, value_json: JSON.stringify(trouble) })
    .onConflict((c) => c.column('key').doUpdateSet({ value_json: JSON.stringify(trouble) }))
    .execute();
}

export async function transportAnswers(host: Host): Promise<void> {
  host.log.info('mail is being sent again');
  await host.database.db.deleteFrom('setting').where('key', '=', KEY).execute();
}

/** What the status page says, whichever process met with it. */
export async function mailTrouble({ database }: Pick<Host, 'database'>): Promise<MailTrouble | undefined> {
  const row = await database.db.selectFrom('setting').select('value_json').where('key', '=', KEY).executeTakeFirst();
  return row && (JSON.parse(row.value_json) as MailTrouble);
}

export interface MailStatus {
  /** How letters leave: 'smtp://mail.example.org:587' or 'files in …/outbox'. */
  transport: string;
  isFiles: boolean;
  trouble?: MailTrouble;
  letters: Record<'queued' | 'sending' | 'sent' | 'failed' | 'unknown', number>;
}

/** How mail does, for the status page, `digest status` and the administrator. */
export async function mailStatus(host: Host): Promise<MailStatus> {
  const rows = await host.database.db
    .selectFrom('letter')
    .select(['state', (s) => s.fn.countAll<number>().as('count')])
    .groupBy('state')
    .execute();
  const letters = { queued: 0, sending: 0, sent: 0, failed: 0, unknown: 0 };
  for (const { state, count } of rows) letters[state] = Number(count);
  return {
    transport: transportOf(host.settings).name,
    isFiles: host.settings.mail.smtpUrl === undefined,
    trouble: await mailTrouble(host),
    letters,
  };
}
