import { AccessError } from '@broadsheet/newsroom/accounts';
import { actorOf, inputs, requireNeed, talk } from '@broadsheet/newsroom/decisions';
import { follow } from '#lib/server/decision-acts.ts';
import { readable, sentence } from '#lib/server/decision-page.ts';
import { eventStream } from '#lib/server/event-stream.ts';
import { field } from '#lib/server/forms.ts';
import { problem } from '#lib/server/problem.ts';
import type { RequestHandler } from './$types';

/**
 * One turn as it is said: events `token` with pieces of the answer, `checking` once it is on record, `refused` with a
 * sentence, and `end`. Whoever goes away or presses Stop ends the model's answer too.
 */
export const POST: RequestHandler = async ({ locals, params, request }) => {
  const { host, state, role, readerId } = await readable(locals, params.id);
  const form = await request.formData();
  const said = inputs.Say.safeParse({ text: field(form, 'text'), key: field(form, 'key') });
  try {
    requireNeed(role, 'say');
  } catch (refused) {
    if (!(refused instanceof AccessError)) throw refused;
    return problem(refused.status, refused.title, refused.message);
  }
  if (!said.success) return problem(400, 'Nothing to ask', sentence(said.error) ?? '');
  return eventStream(request.signal, async (send, signal) => {
    try {
      const answered = await talk(host, state, actorOf(readerId), said.data, signal, (text) => send('token', { text }));
      if (answered.machine.phase === 'active') {
        send('checking', {});
        // The visitor may go; what is being checked is finished all the same.
        await follow(host, answered, readerId);
      }
    } catch (refused) {
      const words = sentence(refused);
      if (words === undefined) host.log.error('a turn failed', { decision: state.id, error: refused });
      send('refused', { said: words ?? 'Something failed here. What you asked is on record; ask it again.' });
    }
    send('end', {});
  });
};
