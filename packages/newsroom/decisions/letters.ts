import type { Schema } from '@broadsheet/database';
import type { Kysely } from 'kysely';
import { HOUR_MS, type Limit, takeOne } from '../accounts/index.ts';
import { siteAddress } from '../digest/index.ts';
import type { Host, Settings } from '../host/index.ts';
import { type Letter, MAIL_COLOURS, MAIL_FONTS, mailPage, parseAddress, postLetter } from '../mail/index.ts';
import { escapeHtml } from '../papers/index.ts';
import { readerIdOf } from './people.ts';
import type { DecisionState } from './state.ts';

/** Nobody's mailbox is filled by somebody's decisions. */
const TO: Limit = { name: 'decision letter to', most: 5, windowMs: HOUR_MS };
const FROM: Limit = { name: 'decision letter from', most: 20, windowMs: HOUR_MS };

/** Whether letters really go out; where they do not, nobody is told that one went. */
export function sendsMail({ mail }: Settings): boolean {
  return mail.smtpUrl !== undefined;
}

/** A letter about a decision: what is asked, where to do it, and why it came. */
interface Notice {
  readonly to: string;
  readonly subject: string;
  readonly says: readonly string[];
  readonly path: string;
  readonly press: string;
  readonly why: string;
  readonly key: string;
}

export function invitationNotice({
  to,
  path,
  title,
  ownerName,
  role,
  key,
}: {
  readonly to: string;
  readonly path: string;
  readonly title: string;
  readonly ownerName: string;
  readonly role: 'member' | 'observer';
  readonly key: string;
}): Notice {
  const may =
    role === 'member'
      ? 'As a member you say what you expect before a model says a word, add evidence, and answer challenges.'
      : 'As an observer you read it.';
  return {
    to,
    path,
    key,
    subject: `${ownerName} asks you into a decision: ${title}`,
    says: [`${ownerName} asks you to take part in a decision: “${title}”.`, may],
    press: 'Look at the invitation',
    why: 'The invitation is for one person, for fourteen days. If it is not meant for you, do nothing: no further letter comes of it.',
  };
}

export function signatureNotice({ id, title }: DecisionState, ownerName: string, to: string, key: string): Notice {
  return {
    to,
    key,
    path: `/decisions/${id}`,
    subject: `Your signature is asked for: ${title}`,
    says: [`${ownerName} has signed “${title}”. It is critical, so a second person signs it too, for the same option.`],
    press: 'Read it, and sign',
    why: WHY,
  };
}

export function reviewNotice({ id, title, machine }: DecisionState, reviewOn: string, to: string): Notice {
  return {
    to,
    key: `decision ${id} review ${reviewOn} to ${to}`,
    path: `/decisions/${id}`,
    subject: `To be looked at again: ${title}`,
    says: [
      `“${title}” was ${machine.phase === 'dissolved' ? 'stopped' : 'decided'}, to be looked at again on ${reviewOn}.`,
      machine.phase === 'dissolved'
        ? 'Say what came of it, and whether stopping was right.'
        : 'Say what came of it: what was expected then is scored, and only then.',
    ],
    press: 'Say what came of it',
    why: WHY,
  };
}

const WHY = 'You get this because you take part in this decision. Whoever leaves it gets no more letters about it.';

/**
 * Posts a letter, in the caller's transaction. What a person has sent is limited; what a date sends comes once anyway.
 * @param by who has it sent
 * @returns when to try again, where it was not
 */
export async function postNotice(
  host: Host,
  db: Kysely<Schema>,
  notice: Notice,
  by?: number,
): Promise<{ retryAt: number } | undefined> {
  const now = host.now();
  const limited =
    by === undefined
      ? undefined
      : ((await takeOne(db, TO, notice.to, now)) ?? (await takeOne(db, FROM, String(by), now)));
  if (!limited) await postLetter(db, written(host.settings, notice), now);
  return limited;
}

/** The addresses of those among the people of a decision who have one, and may be written to. */
export async function addressesOf(db: Kysely<Schema>, actors: readonly string[]): Promise<string[]> {
  const ids = actors.map(readerIdOf).filter((id) => id !== null);
  if (ids.length === 0) return [];
  const rows = await db
    .selectFrom('reader')
    .select('email')
    .where('id', 'in', ids)
    .where('deleted_at', 'is', null)
    .where('locked_at', 'is', null)
    .execute();
  return rows.flatMap(({ email }) => (email === null ? [] : (parseAddress(email) ?? [])));
}

function written(settings: Settings, { to, subject, says, path, press, why, key }: Notice): Letter {
  const { siteName } = settings;
  const address = siteAddress(settings);
  const link = address + path;
  const { ink, accent } = MAIL_COLOURS;
  const paragraph = (words: string) =>
    `<p dir="auto" class="ink" style="margin:0 0 12px;font:17px/26px ${MAIL_FONTS.serif};color:${ink};overflow-wrap:anywhere">${escapeHtml(words)}</p>`;
  const button = `<p style="margin:20px 0 0;font:bold 16px/24px ${MAIL_FONTS.sans}"><a href="${escapeHtml(link)}" class="accent" style="color:${accent}">${escapeHtml(press)}</a></p>`;
  return {
    kind: 'notice',
    to,
    subject: subject.slice(0, 180),
    text: `${says.join('\n\n')}\n\n${press}:\n\n  ${link}\n\n${why}\n`,
    html: mailPage({
      title: subject,
      preheader: says[0],
      siteName,
      address,
      heading: 'Decisions',
      rows: `<tr><td class="edge" style="padding:24px 24px 0">${says.map(paragraph).join('')}${button}</td></tr>`,
      foot: escapeHtml(why),
    }),
    key,
  };
}
