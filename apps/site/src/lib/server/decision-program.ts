import { AccessError, type Acting, requireRole } from '@broadsheet/newsroom/accounts';
import {
  actorOf,
  askForTask,
  createDecision,
  type DecisionForm,
  exportJson,
  exportMarkdown,
  type inputs,
  isBlind,
  join,
  KeyRefused,
  listDecisions,
  MayNotTalk,
  namesOf,
  type OpenInvitation,
  once,
  peopleIn,
  Refused,
  readDecision,
  readEvents,
  refuseSilence,
  requireNeed,
  requireRoleIn,
  roleIn,
  StaleDecision,
  taskOf,
  UnknownDecision,
} from '@broadsheet/newsroom/decisions';
import { type Host, siteJobs } from '@broadsheet/newsroom/host';
import type { z } from 'zod';
import { shapedDecision } from '../../api/decision-shapes.ts';
import { Problem } from '../../api/problem.ts';
import { ACTS, type DecisionActor } from './decision-acts.ts';
import { evidenceOf, paperOf } from './decision-begin.ts';
import { decisionView } from './decision-view.ts';

/**
 * What programs do with decisions, whichever way they ask: the routes of the API and the tools of assistants are both made
 * of these, and what is refused is a `Problem` or an `AccessError` for both.
 */
export interface Asking {
  readonly host: Host;
  readonly acting: Acting;
  /** Where links lead. */
  readonly origin: string;
}
export type Given<At extends DecisionForm> = z.output<(typeof ACTS)[At]['input']>;

/** A decision, and who asks as what in it. What is not theirs is not there. */
export async function openDecision({ host, acting }: Asking, id: string): Promise<Omit<DecisionActor, 'signal'>> {
  const reader = requireRole(acting, 'reader');
  const role = await requireRoleIn(host, id, acting).catch((refused) => {
    throw refused instanceof UnknownDecision ? new Problem(404, 'No such decision', refused.message) : refused;
  });
  const state = await readDecision(host.database.db, id);
  if (!state) throw new Problem(404, 'No such decision', `There is no decision ${id} that you may read.`);
  return { host, state, role, readerId: reader.id, actor: actorOf(reader.id) };
}

/** The decision as it stands now, and whether a model is at work on it. */
export async function standingOf(asking: Asking, id: string) {
  const { host, state, readerId, role } = await openDecision(asking, id);
  const view = await decisionView(host, state, { readerId, role });
  return { shown: shapedDecision(view, asking.origin), isInHand: view.task?.isInHand === true };
}

/** The decisions that they own or take part in, newest first. @param after where the page before ended */
export async function listTheirs({ host, acting, origin }: Asking, after: string | null) {
  const { decisions, next } = await listDecisions(host, acting, after);
  return {
    decisions: decisions.map(({ updatedAt, ...decision }) => ({
      ...decision,
      updatedAt: new Date(updatedAt).toISOString(),
      url: `${origin}/decisions/${decision.id}`,
    })),
    next,
  };
}

/** @returns its id; sent twice with one key it is one decision */
export async function beginDecision(
  { host, acting }: Asking,
  asked: z.output<typeof inputs.NewDecision>,
): Promise<string> {
  const owner = requireRole(acting, 'reader');
  const paper = await paperOf(host, asked.paperId);
  if (asked.paperId && !paper) throw new Problem(404, 'Paper not found', `There is no paper ${asked.paperId} here.`);
  const { id } = await createDecision(host, owner, asked, evidenceOf(paper)).catch((refused) => {
    throw problemOf(refused);
  });
  return id;
}

/**
 * Does what a form of the pages does, once for each key.
 * @param asked its key, null where it may be done as often as it is sent; and what tells it from other requests
 * @returns whether it had been done before; and what came of it, where it was done now
 */
export async function perform<At extends DecisionForm>(
  by: DecisionActor,
  at: At,
  given: Given<At>,
  asked: { readonly key: string | null; readonly what: string },
): Promise<{ readonly isReplayed: boolean; readonly outcome: unknown }> {
  requireNeed(by.role, at);
  const work = ACTS[at].work as (by: DecisionActor, given: Given<At>) => Promise<unknown>;
  const request = { readerId: by.readerId, key: asked.key, what: `${asked.what} ${JSON.stringify(given)}` };
  let outcome: unknown;
  try {
    const isReplayed = await once(by.host, by.state, request, async () => {
      outcome = await work(by, given);
    });
    return { isReplayed, outcome };
  } catch (refused) {
    throw problemOf(refused);
  }
}

/** Takes an invitation up, also one that this reader has taken up before. @returns the decision's id */
export async function comeIn({ host, acting }: Asking, invitation: OpenInvitation | undefined): Promise<string> {
  const reader = requireRole(acting, 'reader');
  if (!invitation)
    throw new Problem(404, 'No such invitation', 'This invitation was used, taken back, or is out of date.');
  try {
    await join(host, reader.id, invitation);
  } catch (refused) {
    // Somebody who sends it twice is in, and is shown in.
    if ((await roleIn(host, invitation.decisionId, acting)) === null) throw problemOf(refused);
  }
  return invitation.decisionId;
}

/**
 * Asks the model; the answer is made apart from who asks. Sent again with the same key it is the same turn.
 * @returns the work that makes it, null where it is answered; and where the record stood before it
 */
export async function askModel(
  { host, state, role, readerId }: Omit<DecisionActor, 'signal'>,
  { key, text }: z.output<typeof inputs.Say>,
): Promise<{ readonly task: string | null; readonly since: number }> {
  requireNeed(role, 'say');
  const said = (await readEvents(host.database.db, state.id)).find(
    ({ type, payload }) => type === 'turn' && (payload as { key?: string } | null)?.key === key,
  );
  const since = said ? said.seq - 1 : state.head.seq;
  const mine = state.chat.filter((turn) => turn.key === key);
  if (mine.some((turn) => turn.role === 'human' && turn.text !== text))
    throw new Problem(422, 'Key was used', 'This key was sent with another text; make a new one for each turn.');
  if (mine.some((turn) => turn.role === 'assistant' && turn.status !== 'aborted')) return { task: null, since };
  const task = await taskOf(host, state.id);
  if (task?.finishedAt === null && task.turnKey === key) return { task: task.id, since };
  try {
    refuseSilence(state);
    const asked = await askForTask(host, await siteJobs(host), state, readerId, { kind: 'turn', said: { text, key } });
    return { task: asked, since };
  } catch (refused) {
    throw problemOf(refused);
  }
}

/** The record, with its chain or for people; it hides nothing, so not for who is still to forecast blindly. */
export async function recordOf(
  { host, state, actor, role }: Omit<DecisionActor, 'signal'>,
  format: 'json' | 'md',
): Promise<string> {
  if (isBlind(state, actor, role))
    throw new Problem(403, 'Not yet', 'Write down what you expect first; the record holds what the others do.');
  return format === 'md'
    ? exportMarkdown(state, await namesOf(host.database.db, peopleIn(state)))
    : exportJson(host, state);
}

/** An expected refusal as a problem; what nobody foresaw stays what it is. */
function problemOf(refused: unknown): unknown {
  if (refused instanceof KeyRefused)
    return refused.why === 'used'
      ? new Problem(422, 'Key was used', refused.message)
      : new Problem(409, refused.why === 'lost' ? 'Not known whether it was done' : 'In hand', refused.message, {
          headers: refused.why === 'in hand' ? { 'retry-after': '1' } : {},
        });
  if (refused instanceof StaleDecision) return new Problem(409, 'Changed meanwhile', refused.message);
  if (refused instanceof Refused || refused instanceof MayNotTalk)
    return new Problem(409, 'Not as things stand', refused.message);
  return refused instanceof AccessError ? new Problem(refused.status, refused.title, refused.message) : refused;
}
