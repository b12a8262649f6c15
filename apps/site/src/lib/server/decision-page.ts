import { AccessError, requireRole } from '@broadsheet/newsroom/accounts';
import {
  type DecisionState,
  MayNotTalk,
  ModelError,
  OverBudget,
  Refused,
  readDecision,
  requireRoleIn,
  StaleDecision,
  UnknownDecision,
} from '@broadsheet/newsroom/decisions';
import { currentHost, type Host } from '@broadsheet/newsroom/host';
import { error, fail, type RequestEvent } from '@sveltejs/kit';
import { z } from 'zod';

export interface DecisionAction {
  readonly host: Host;
  readonly state: DecisionState;
  readonly form: FormData;
  /** As it stands in the record. */
  readonly actor: string;
  readonly role: 'owner' | 'member';
  readonly signal: AbortSignal;
}

/** A decision that the visitor may read; 404 for every other, whether it is there or not. */
export async function readable(locals: App.Locals, id: string) {
  const host = currentHost();
  requireRole(locals.acting, 'reader');
  try {
    const role = await requireRoleIn(host, id, locals.acting, false);
    const state = await readDecision(host.database.db, id);
    if (state) return { host, state, role };
  } catch (refused) {
    if (!(refused instanceof UnknownDecision)) throw refused;
  }
  error(404, 'This decision is not here', { detail: `There is no decision ${id} that you may read.` });
}

/**
 * A form's action on a decision. What is refused comes back as a sentence with what was typed; the record is as it was.
 */
export function onDecision(work: (action: DecisionAction) => Promise<unknown>) {
  return async (event: RequestEvent) => {
    const { host, state } = await readable(event.locals, event.params.id ?? '');
    const form = await event.request.formData();
    try {
      const role = await requireRoleIn(host, state.id, event.locals.acting, true);
      if (role === 'observer')
        throw new AccessError(403, 'Not allowed', 'You may read this decision, and not change it.');
      const actor = event.locals.acting.reader?.name ?? 'reader';
      await work({ host, state, form, actor, role, signal: event.request.signal });
      return { done: true };
    } catch (refused) {
      const said = sentence(refused);
      if (said === undefined) throw refused;
      const typed = Object.fromEntries(
        [...form].filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
      );
      return fail(refused instanceof AccessError ? refused.status : refused instanceof StaleDecision ? 409 : 400, {
        refused: said,
        typed,
      });
    }
  };
}

/** What only the owner may do: what it records as done by the owner must have been. */
export function onOwnDecision(work: (action: DecisionAction) => Promise<unknown>) {
  return onDecision(async (action) => {
    if (action.role !== 'owner')
      throw new AccessError(403, 'Not allowed', 'Only the owner of this decision may do that.');
    return work(action);
  });
}

function sentence(refused: unknown): string | undefined {
  if (refused instanceof z.ZodError)
    return refused.issues
      .map(({ path, message }) => `${path.length > 0 ? `${path.join(' ')}: ` : ''}${message}`)
      .join('; ');
  const isExpected = [AccessError, MayNotTalk, ModelError, OverBudget, Refused, StaleDecision].some(
    (kind) => refused instanceof kind,
  );
  return isExpected ? (refused as Error).message : undefined;
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
