import { randomUUID } from 'node:crypto';
import { storeFault } from '@broadsheet/database';
import type { Host } from '../host/index.ts';
import { compose, dkimKey, type Message } from './compose.ts';
import { Doubt, NotOurs } from './doubt.ts';
import type { LetterBody } from './letter.ts';
import { dueLetters, giveUpSending, type LetterRow, storeProgress, suppressedAmong, updateAfter } from './outbox.ts';
import { mailTrouble, transportAnswers, transportFails } from './state.ts';
import { mayStillGet } from './suppression.ts';
import { Throttle } from './throttle.ts';
import { type Outcome, type Transport, transportOf } from './transport/index.ts';

/** Writes the words of a letter; undefined when it is not to be sent any more. */
export type BodyOf = (letter: LetterRow) => Promise<LetterBody | undefined>;
/** Looks up at once what writing these letters needs; for those whose words are not kept with them: of issues. */
export type BodiesOf = (letters: LetterRow[]) => Promise<BodyOf>;

export interface SessionOptions {
  transport?: Transport;
  bodiesOf?: BodiesOf;
}

/** Letters looked up at once, for each connection. */
const AHEAD = 8;
/** Pauses after a transport failed: doubling from the first to the last. */
const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 10 * 60_000;
/** A domain that says we are too fast is left alone for this long. */
const DOMAIN_PAUSE_MS = 5 * 60_000;
/** RFC 3463: X.7.x is policy; receivers use 4.7.x for "slow down". */
const TOO_FAST = /\b4\.7\.\d|\brate\b|too many|throttl/i;

/** A letter that was looked up, and all that was looked up with it. */
interface Next {
  letter: LetterRow;
  bodyOf: BodyOf;
  suppressed?: string;
}

/** One process's time as the sender: takes letters that are due, hands them over, stores what came of it. */
export class Session {
  readonly #host: Host;
  readonly #id = randomUUID();
  readonly #transport: Transport;
  readonly #bodiesOf: BodiesOf;
  readonly #throttle: Throttle;
  readonly #doubt: Doubt;
  readonly #inHand = new Set<number>();
  #queue: Next[] = [];
  #refilling: Promise<void> | undefined;
  #failures = 0;
  #pausedUntil = 0;

  constructor(host: Host, { transport, bodiesOf }: SessionOptions) {
    this.#host = host;
    this.#transport = transport ?? transportOf(host.settings);
    this.#bodiesOf = bodiesOf ?? (async () => async () => undefined);
    this.#throttle = new Throttle(host.settings.mail.perMinute, host.now);
    this.#doubt = new Doubt(host.settings.mail.inDoubt, (ended, entering) =>
      storeProgress(host.database, this.#id, ended, entering, host.now()),
    );
  }

  /** To be called once, before the first letter: what the sender before us had in doubt is unknown, and its trouble ours. */
  async begin(): Promise<void> {
    if (await mailTrouble(this.#host)) this.#failures = 1;
    const givenUp = await giveUpSending(this.#host.database, this.#host.now());
    if (givenUp > 0) {
      this.#host.log.warn('letters may or may not have been delivered; see `broadsheet digest status`', { givenUp });
    }
  }

  /** Sends what is due on all connections; resolves when nothing is, or when the signal aborts. */
  async sendDue(signal: AbortSignal): Promise<number> {
    this.#doubt.retry();
    let sent = 0;
    const work = async () => {
      while (!signal.aborted) {
        const next = await this.#next();
        if (!next) return;
        if (await this.#send(next)) sent += 1;
      }
    };
    await Promise.all(Array.from({ length: this.#host.settings.mail.connections }, work));
    this.#queue = [];
    await this.#doubt.quiet();
    return sent;
  }

  async end(): Promise<void> {
    await this.#doubt.quiet();
    await this.#transport.close();
  }

  async #next() {
    if (this.#host.now() < this.#pausedUntil) return undefined;
    for (;;) {
      const next = this.#queue.shift();
      if (!next) {
        this.#refilling ??= this.#refill().finally(() => {
          this.#refilling = undefined;
        });
        await this.#refilling;
        if (this.#queue.length === 0) return undefined;
        continue;
      }
      if (this.#inHand.has(next.letter.id) || !this.#throttle.take(next.letter.domain)) continue;
      this.#inHand.add(next.letter.id);
      return next;
    }
  }

  async #refill(): Promise<void> {
    const { database, settings, now } = this.#host;
    const letters = await dueLetters(database.db, {
      now: now(),
      limit: settings.mail.connections * AHEAD,
      not: [...this.#inHand],
      exceptDomains: this.#throttle.waiting(),
    });
    const suppressed = await suppressedAmong(
      database.db,
      letters.map((letter) => letter.to_address),
    );
    const bodyOf = await this.#bodiesOf(letters.filter((letter) => letter.body_json === null));
    this.#queue = letters.map((letter) => ({ letter, bodyOf, suppressed: suppressed.get(letter.to_address) }));
  }

  /** @returns whether it was taken. */
  async #send({ letter, bodyOf, suppressed }: Next): Promise<boolean> {
    const outcome =
      suppressed && !mayStillGet(suppressed, letter.kind)
        ? withdrawn(`Not sent: this address is left alone (${suppressed}).`)
        : await this.#handOver(letter, bodyOf).catch(
            (error): Outcome => ({ kind: 'unavailable', error: String((error as Error).message) }),
          );
    if (!outcome) {
      this.#inHand.delete(letter.id);
      return false;
    }
    await this.#settle(letter, outcome);
    return outcome.kind === 'sent';
  }

  /** @returns undefined when it turned out not to be ours to send. */
  async #handOver(letter: LetterRow, bodyOf: BodyOf): Promise<Outcome | undefined> {
    // Missing, it is the site's trouble and no letter's: they wait until it is there.
    dkimKey(this.#host.settings);
    const message = await this.#write(letter, bodyOf);
    if ('kind' in message) return message;
    let lost: unknown;
    const outcome = await this.#transport.deliver(message, async (signal) => {
      await this.#doubt.enter(letter.id, signal).catch((error) => {
        lost = error;
        throw error;
      });
    });
    return lost instanceof NotOurs ? undefined : outcome;
  }

  /**
   * The letter as it goes over the wire. One that cannot be written fails by itself, with its reason, and keeps no other.
   * Its own words never mend; how an issue is rendered may, with the next version, so its letters are tried again.
   * @throws what is wrong with the store, where it is that.
   */
  async #write(letter: LetterRow, bodyOf: BodyOf): Promise<Message | Outcome> {
    const { settings, now, log } = this.#host;
    const { id, kind, to_address: to, bounce_token: bounceToken } = letter;
    try {
      const body = letter.body_json ? (JSON.parse(letter.body_json) as LetterBody) : await bodyOf(letter);
      if (!body) return withdrawn('Not sent: it is not wanted any more.');
      return await compose(settings, { to, bounceToken, body, at: now() });
    } catch (error) {
      if (storeFault(error)) throw error;
      log.error('a letter could not be written', { letter: id, kind, error });
      const said = `Not sent: it could not be written (${String((error as Error).message)}).`;
      return { kind: 'refused', error: said, isPermanent: letter.body_json !== null, isAddress: false };
    }
  }

  async #settle(letter: LetterRow, outcome: Outcome): Promise<void> {
    const { now, log } = this.#host;
    // A store that cannot take this down either must not keep the letter in hand for ever.
    await this.#tell(outcome).catch((error) => log.error('how mail does could not be stored', { error }));
    if (outcome.kind === 'refused' && !outcome.isPermanent && TOO_FAST.test(outcome.error)) {
      this.#throttle.pause(letter.domain, now() + DOMAIN_PAUSE_MS);
    }
    if (outcome.kind === 'refused' || outcome.kind === 'unknown') {
      log.warn(`a letter was ${outcome.kind === 'unknown' ? 'perhaps delivered' : 'refused'}`, {
        letter: letter.id,
        kind: letter.kind,
        domain: letter.domain,
        error: outcome.error,
      });
    }
    // Not awaited: the next letter is begun meanwhile. Only once its end is stored may this one be looked up again.
    void this.#doubt
      .end(letter.id, updateAfter(letter, outcome, now(), this.#pausedUntil))
      .then(() => this.#inHand.delete(letter.id));
  }

  async #tell(outcome: Outcome): Promise<void> {
    if (outcome.kind === 'unavailable') await this.#pause(outcome.error);
    else if (outcome.kind === 'sent') await this.#answers();
  }

  async #pause(error: string): Promise<void> {
    const { now } = this.#host;
    // Of four connections that fail at once, one counts.
    if (now() < this.#pausedUntil) return;
    this.#pausedUntil = now() + Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.#failures);
    this.#failures += 1;
    await transportFails(this.#host, this.#transport.name, error, this.#pausedUntil);
  }

  async #answers(): Promise<void> {
    if (this.#failures === 0) return;
    this.#failures = 0;
    await transportAnswers(this.#host);
  }
}

function withdrawn(error: string): Outcome {
  return { kind: 'refused', error, isPermanent: true, isAddress: false };
}
