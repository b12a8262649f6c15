import { AccessError, requireRole } from '@broadsheet/newsroom/accounts';
import {
  actorOf,
  type DecisionForm,
  isBlind,
  MayNotTalk,
  ModelError,
  OverBudget,
  Refused,
  readDecision,
  requireNeed,
  requireRoleIn,
  StaleDecision,
  UnknownDecision,
} from '@broadsheet/newsroom/decisions';
import { currentHost } from '@broadsheet/newsroom/host';
import { error, fail, type RequestEvent, redirect } from '@sveltejs/kit';
import { z } from 'zod';
import type { DecisionActor } from './decision-acts.ts';

export interface DecisionAction extends DecisionActor {
  readonly form: FormData;
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
  readonly value: Readonly<Record<string, string>>;
  constructor(value: Shown['value']) {
    this.value = value;
  }
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
