import { findPart, type Part, parseFields, parseMessage } from './mime.ts';

/** What a message that came back says. */
export interface Report {
  kind: 'hard' | 'soft' | 'complaint' | 'nothing';
  /** Tokens of letters that it names: by the address it came to, and by the letter that it returns. */
  tokens: string[];
  /** The server's words. */
  said: string;
}

/** The token of a letter, as it stands in our envelope and our Message-ID. */
const TOKEN = /[0-9a-f]{18}/;
const TOKEN_IN_ADDRESS = new RegExp(`\\+(${TOKEN.source})@`, 'gi');
const TOKEN_IN_ID = new RegExp(`<(${TOKEN.source})@`, 'gi');

/**
 * Reads a message that came to our bounce address: a delivery report (RFC 3464) or a complaint in the Abuse Reporting
 * Format (RFC 5965). Anything else, such as a holiday's reply, says nothing.
 * @param deliveredTo the address it came to, where the mail server told us beside the message.
 */
export function readReport(raw: string, deliveredTo = ''): Report {
  const message = parseMessage(raw);
  const tokens = tokensOf(message, deliveredTo);
  const complaint = findPart(message, (type) => type === 'message/feedback-report');
  if (complaint) return { ...readComplaint(complaint), tokens };
  const delivery = findPart(
    message,
    (type) => type === 'message/delivery-status' || type === 'message/global-delivery-status',
  );
  if (delivery) return { ...readDelivery(delivery), tokens };
  return { kind: 'nothing', tokens, said: 'It is no delivery report and no complaint.' };
}

/** RFC 5965 §3.1: the type of feedback; "not-spam" takes a complaint back and is none. */
function readComplaint(part: Part): Omit<Report, 'tokens'> {
  const fields = parseFields(part.body.replace(/^\n+/, ''));
  const type = fields.get('feedback-type')?.[0].toLowerCase() ?? '';
  return type === 'not-spam' || type === ''
    ? { kind: 'nothing', said: `A report of type "${type}"` }
    : { kind: 'complaint', said: `A complaint of type "${type}"` };
}

/** RFC 3464: one group of fields for the message, then one for each recipient; ours have one recipient. */
function readDelivery(part: Part): Omit<Report, 'tokens'> {
  for (const group of part.body.trim().split(/\n\s*\n/)) {
    const fields = parseFields(group);
    const action = fields.get('action')?.[0].toLowerCase() ?? '';
    const status = /\b([245])\.(\d{1,3})\.(\d{1,3})\b/.exec(fields.get('status')?.[0] ?? '');
    if (!status && !action) continue;
    const said = [status?.[0], fields.get('diagnostic-code')?.[0]].filter(Boolean).join(' ');
    // "delayed" is still being tried; "delivered", "relayed" and "expanded" are good news.
    if (!action.startsWith('failed')) return { kind: 'nothing', said: `${action} ${said}`.trim() };
    return { kind: status && isForGood(status) ? 'hard' : 'soft', said };
  }
  return { kind: 'nothing', said: 'A delivery report without a recipient.' };
}

/**
 * Whether an address will take nothing again. Of the permanent ones, a full mailbox (5.2.2), the receiving system
 * (5.3), the way there (5.4) and policy (5.7, such as a signature of ours that went wrong) say nothing against the
 * address: they count as soft, or one mistake of ours would lose every subscriber of a large provider in one morning.
 */
function isForGood([, kind, subject, detail]: RegExpExecArray): boolean {
  if (kind !== '5') return false;
  return subject === '0' || subject === '1' || (subject === '2' && detail !== '2');
}

function tokensOf(message: Part, deliveredTo: string): string[] {
  const addresses = ['to', 'delivered-to', 'x-original-to', 'envelope-to'].flatMap(
    (name) => message.headers.get(name) ?? [],
  );
  const returned = findPart(message, (type) => /^(message\/(rfc822|global)|text\/rfc822-headers)/.test(type));
  const ids = returned ? (parseFields(returned.body.split(/\n\n/, 1)[0]).get('message-id') ?? []) : [];
  const found = [
    ...[...addresses, deliveredTo].flatMap((text) => [...text.matchAll(TOKEN_IN_ADDRESS)]),
    ...ids.flatMap((text) => [...text.matchAll(TOKEN_IN_ID)]),
  ];
  return [...new Set(found.map((match) => match[1].toLowerCase()))];
}
