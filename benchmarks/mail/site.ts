import { type ChildProcess, fork } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { specimens } from '../../apps/site/e2e/specimens.ts';
import { insertMany, transaction } from '../../packages/database/index.ts';
import { temporarySqlite } from '../../packages/database/testing.ts';
import { mergeRecords } from '../../packages/newsroom/papers/index.ts';

const DAY = '2026-01-14';
/** Seven in the morning after, in New York. */
export const MORNING = Date.parse('2026-01-15T12:00:00Z');

/** A site with 31 papers of a day and so many subscribers of it, spread over 500 domains. */
export async function siteWith(subscribers: number) {
  const database = await temporarySqlite();
  await mergeRecords(database, specimens(31, DAY), { now: MORNING - 3_600_000, today: DAY });
  await transaction(database, async (db) => {
    const people = Array.from({ length: subscribers }, (_, i) => ({
      address: `reader-${i}@example-${i % 500}.com`,
      state: 'active' as const,
      hour: 7,
      zone: 'America/New_York',
      consent_source: 'benchmark',
      created_at: 1,
      confirmed_at: 1,
    }));
    await insertMany(database, db, 'subscriber', people);
    const subscriptions = people.map((_, i) => ({
      subscriber_id: i + 1,
      feed: '/',
      pace: 'daily' as const,
      created_at: 1,
      confirmed_at: 1,
      next_at: MORNING,
    }));
    await insertMany(database, db, 'subscription', subscriptions);
  });
  return database;
}

/** Settings of a real site: signed letters, bounces to an address of their own. */
export function settings(smtpUrl: string): Record<string, string> {
  return {
    BROADSHEET_SMTP_URL: smtpUrl,
    BROADSHEET_MAIL_FROM: 'Papers <papers@example.org>',
    BROADSHEET_MAIL_BOUNCE: 'bounce@papers.example.org',
    BROADSHEET_BASE_URL: 'https://papers.example.org',
    BROADSHEET_DKIM_SELECTOR: 'papers',
    BROADSHEET_DKIM_KEY: KEY,
  };
}

const KEY = generateKeyPairSync('rsa', { modulusLength: 2048 })
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString();

export async function startSinkProcess() {
  const child = fork(new URL('./sink.ts', import.meta.url));
  const { url } = (await answer(child)) as { url: string };
  return {
    url,
    async ask(what: 'count' | 'all') {
      child.send(what);
      return (await answer(child)) as { letters: number; counts?: Record<string, number> };
    },
    stop: () => child.kill(),
  };
}

export function answer(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null) => reject(new Error(`a process of the benchmark ended with ${code}`));
    child.once('exit', ended);
    child.once('message', (message) => {
      child.off('exit', ended);
      resolve(message);
    });
  });
}
