import {
  listEndpoints,
  NOTICE,
  Refused,
  RefusedAddress,
  removeEndpoint,
  saveEndpoint,
} from '@broadsheet/newsroom/decisions';
import { currentHost } from '@broadsheet/newsroom/host';
import { fail } from '@sveltejs/kit';
import { z } from 'zod';
import { field } from '#lib/server/forms.ts';
import type { Actions, PageServerLoad } from './$types';

const Endpoint = z.object({
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'expected small letters, digits and "-"')
    .refine((id) => !id.startsWith('bundled'), 'is taken'),
  label: z.string().min(1, 'is missing').max(80),
  baseUrl: z
    .url({ protocol: /^https?$/, error: 'expected an address such as http://localhost:11434/v1' })
    // Also asked of what is no address, which the line above refuses.
    .refine((url) => !URL.canParse(url) || !(new URL(url).username || new URL(url).password), 'must hold no password'),
  model: z.string().min(1, 'is missing').max(120),
  windowTokens: z.coerce.number().int().min(1024, 'at least 1024').max(4_000_000),
  priceIn: z.coerce.number().min(0).max(100_000),
  priceOut: z.coerce.number().min(0).max(100_000),
});

export const load: PageServerLoad = async ({ setHeaders }) => {
  setHeaders({ 'cache-control': 'no-store' });
  return { notice: NOTICE, endpoints: await listEndpoints(currentHost()) };
};

export const actions: Actions = {
  save: async ({ request }) => {
    const form = await request.formData();
    const typed = Object.fromEntries(
      ['id', 'label', 'baseUrl', 'model', 'windowTokens', 'priceIn', 'priceOut'].map((name) => [
        name,
        field(form, name),
      ]),
    );
    const facts = Endpoint.safeParse(typed);
    if (!facts.success)
      return fail(400, {
        refused: facts.error.issues.map(({ path, message }) => `${path.join(' ')}: ${message}`).join('; '),
        typed,
      });
    try {
      await saveEndpoint(currentHost(), facts.data, field(form, 'key') || null);
    } catch (error) {
      if (error instanceof RefusedAddress || error instanceof Refused)
        return fail(400, { refused: error.message, typed });
      if ((error as NodeJS.ErrnoException).code === 'ENOTFOUND')
        return fail(400, { refused: 'That host name is not known here.', typed });
      throw error;
    }
    return { saved: facts.data.label };
  },
  remove: async ({ request }) => {
    await removeEndpoint(currentHost(), field(await request.formData(), 'id'));
    return { saved: '' };
  },
};
