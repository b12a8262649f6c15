import { AccessError, requireRole } from '@broadsheet/newsroom/accounts';
import {
  actorOf,
  askForTask,
  type DecisionForm,
  type DecisionState,
  isBlind,
  MayNotTalk,
  ModelError,
  OverBudget,
  Refused,
  readDecision,
  requireNeed,
  requireRoleIn,
  StaleDecision,
  type TaskWork,
  UnknownDecision,
  waitForTask,
} from '@broadsheet/newsroom/decisions';
import { currentHost, type Host } from '@broadsheet/newsroom/host';
import { labJobs } from '@broadsheet/newsroom/lab';
import { error, fail, type RequestEvent, redirect } from '@sveltejs/kit';
import { z } from 'zod';

/** A model that is quicker than this looks as if it had answered at once; slower work shows how far it is. */
const QUICK_MS = 3_000;

export interface DecisionAction {
  readonly host: Host;
  readonly state: DecisionState;
  readonly form: FormData;
  readonly readerId: number;
  /** As it stands in the record. */
  readonly actor: string;
  readonly role: 'owner' | 'member' | 'observer';
  readonly signal: AbortSignal;
}

/** A decision that the visitor may read; 404 for every other, whether it is there or not. */
export async function readable(locals: App.Locals, id: string) {
  const host = currentHost();
  const reader = requireRole(locals.acting, 'reader');
  try {
    const role = await requireRoleIn(host, id, locals.acting);
    const state = await readDecision(host.database.db, id);
    if (state) return { host, state, role, readerId: reader.id };
  } catch (refused) {
    if (!(refused instanceof UnknownDecision)) throw refused;
  }
  error(404, 'This decision is not here', { detail: `There is no decision ${id} that you may read.` });
}

/** The same as a file, which hides nothing: not for a member who is still to write down what they expect. */
export async function exportable(locals: App.Locals, id: string) {
  const found = await readable(locals, id);
  if (isBlind(found.state, actorOf(found.readerId), found.role))
    error(403, 'Not yet', { detail: 'Write down what you expect first; the record holds what the others do.' });
  return found;
}

/**
 * A form's action on a decision, for whom `NEEDS` lets. What is refused comes back as a sentence with what was typed;
 * the record is as it was. What is done leads to the page again, so that loading that anew sends nothing twice.
 * @param work what it returns is shown once, in place of that
 */
export function onForm(at: DecisionForm, work: (action: DecisionAction) => Promise<unknown>) {
  return async (event: RequestEvent) => {
    const { host, state, role, readerId } = await readable(event.locals, event.params.id ?? '');
    const form = await event.request.formData();
    let shown: unknown;
    try {
      requireNeed(role, at);
      const { signal } = event.request;
      shown = await work({ host, state, form, readerId, actor: actorOf(readerId), role, signal });
    } catch (refused) {
      const said = sentence(refused);
      if (said === undefined) throw refused;
      const status = refused instanceof AccessError ? refused.status : refused instanceof StaleDecision ? 409 : 400;
      return fail(status, { refused: said, at, typed: typedIn(form) });
    }
    if (shown instanceof Shown) return { [at]: shown.value };
    redirect(303, `/decisions/${state.id}`);
  };
}

/** What an action found that the next page must show and no store holds. */
export class Shown {
  readonly value: string;
  constructor(value: string) {
    this.value = value;
  }
}

/** Has work done for a decision, and waits a moment for it. @throws {Refused} where it failed within that */
export async function have({ host, state, readerId }: DecisionAction, work: TaskWork): Promise<void> {
  const id = await askForTask(host, await labJobs(host), state, readerId, work);
  const task = await waitForTask(host, state.id, id, QUICK_MS);
  if (task?.state === 'failed') throw new Refused(task.said ?? 'It failed.');
}

/** The same after something that is on record already: that is not refused because the model is at work or away. */
export async function haveIfFree(action: DecisionAction, work: TaskWork): Promise<void> {
  await have(action, work).catch((error) => {
    // How the work ended is shown by the page, as long as it is the newest.
    if (!(error instanceof Refused)) throw error;
  });
}

/** What is told of an expected failure; undefined for one that nobody foresaw. */
export function sentence(refused: unknown): string | undefined {
  if (refused instanceof z.ZodError)
    return refused.issues
      .map(({ path, message }) => `${path.length > 0 ? `${path.join(' ')}: ` : ''}${message}`)
      .join('; ');
  const isExpected = [AccessError, MayNotTalk, ModelError, OverBudget, Refused, StaleDecision].some(
    (kind) => refused instanceof kind,
  );
  if (isExpected) return (refused as Error).message;
  const isAbort = refused instanceof DOMException && refused.name === 'AbortError';
  return isAbort ? 'You stopped it half-way. What had come is kept, and is in no later prompt.' : undefined;
}

/** What was typed into a form, every field of a name in order. */
export type Typed = Readonly<Record<string, readonly string[]>>;

export function typedIn(form: FormData): Typed {
  return Object.fromEntries([...new Set(form.keys())].map((name) => [name, all(form, name)]));
}

/** Every field of a form under one name. */
export function all(form: FormData, name: string): string[] {
  return form.getAll(name).filter((value): value is string => typeof value === 'string');
}

/** The lines of a text area that say something. */
export function lines(form: FormData, name: string): string[] {
  return all(form, name)
    .flatMap((text) => text.split('\n'))
    .map((line) => line.trim())
    .filter(Boolean);
}
