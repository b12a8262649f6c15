import type { Outcome } from './transport.ts';

/** What the library tells of a failure. */
interface SmtpError {
  code?: string;
  /** The command that failed: 'CONN', 'AUTH PLAIN', 'MAIL FROM', 'RCPT TO', 'DATA'. */
  command?: string;
  responseCode?: number;
  response?: string;
  message?: string;
}

/** What to do where a server answers STARTTLS with an error, which by itself says nothing. */
const WITHOUT_TLS =
  'the server offers no STARTTLS, and BROADSHEET_SMTP_TLS or a password asks for it; try smtps:// and port 465';

/**
 * Which kind of failure an error of the SMTP client is.
 *
 * A reply is an answer, whenever it came: the server has not taken the letter. Without a reply it depends on whether
 * the last byte may have gone out.
 */
export function outcomeOf(error: unknown, isInDoubt: boolean): Exclude<Outcome, { kind: 'sent' }> {
  const { code, command = '', responseCode, response, message } = (error ?? {}) as SmtpError;
  const said = response ?? message ?? String(error);
  if (command === 'STARTTLS' && response) return { kind: 'unavailable', error: `${response} (${WITHOUT_TLS})` };
  const isAboutLetter = /^(RCPT TO|DATA)$/.test(command);
  if (responseCode === undefined || !isAboutLetter) {
    if (isInDoubt) return { kind: 'unknown', error: said };
    // Of our own making, such as a letter larger than the server takes: trying elsewhere or later does not help.
    if (code === 'EMESSAGE' || (code === 'EENVELOPE' && command === 'API')) {
      return { kind: 'refused', error: said, isPermanent: true, isAddress: false };
    }
    return { kind: 'unavailable', error: said };
  }
  // 421: the server is closing, whatever it was asked (RFC 5321 §3.8).
  if (responseCode === 421) return { kind: 'unavailable', error: said };
  return { kind: 'refused', error: said, isPermanent: responseCode >= 500, isAddress: isAboutAddress(command, said) };
}

/**
 * Whether a refusal says that the mailbox does not exist or takes nothing, and not that our letter is unwelcome.
 * RFC 3463: X.1.x is about addresses, X.2.1 a disabled mailbox; X.7.x is policy, such as a missing signature.
 */
function isAboutAddress(command: string, said: string): boolean {
  const enhanced = /\b[245]\.(\d{1,3})\.(\d{1,3})\b/.exec(said);
  if (enhanced) return enhanced[1] === '1' || (enhanced[1] === '2' && enhanced[2] === '1');
  return command === 'RCPT TO' && /^55[0134]/.test(said);
}
