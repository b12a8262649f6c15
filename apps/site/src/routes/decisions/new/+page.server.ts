import { randomUUID } from 'node:crypto';
import { requireRole } from '@broadsheet/newsroom/accounts';
import { createDecision, inputs, listEndpoints, NOTICE } from '@broadsheet/newsroom/decisions';
import { currentHost } from '@broadsheet/newsroom/host';
import { plainText } from '@broadsheet/newsroom/papers';
import { fail, redirect } from '@sveltejs/kit';
import { evidenceOf, paperOf } from '#lib/server/decision-begin.ts';
import { sentence, typedIn } from '#lib/server/decision-page.ts';
import { field } from '#lib/server/forms.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ url, setHeaders }) => {
  setHeaders({ 'cache-control': 'no-store' });
  const host = currentHost();
  const paper = await paperOf(host, url.searchParams.get('paper'));
  const endpoints = await listEndpoints(host);
  return {
    notice: NOTICE,
    paper: paper && { key: paper.key, title: plainText(paper.title), hasAbstract: paper.abstract !== undefined },
    endpoints: endpoints.map(({ id, label, model }) => ({ id, label: `${label} (${model})` })),
    /** Where nobody has entered a price, a limit of money would limit nothing. */
    hasPrices: endpoints.some(({ priceIn, priceOut }) => priceIn > 0 || priceOut > 0),
    mayBeCritical: host.settings.mode === 'accounts',
    /** Makes a form that is sent twice one decision. */
    key: randomUUID(),
  };
};

export const actions: Actions = {
  default: async ({ request, locals }) => {
    const host = currentHost();
    const owner = requireRole(locals.acting, 'reader');
    const form = await request.formData();
    const paper = await paperOf(host, field(form, 'paper') || null);
    let id: string;
    try {
      const asked = inputs.NewDecision.parse({
        key: field(form, 'key'),
        title: field(form, 'title'),
        paperId: paper?.key ?? null,
        endpoint: field(form, 'endpoint') || 'bundled',
        second: field(form, 'second') || null,
        judge: field(form, 'judge') || null,
        stakes: field(form, 'stakes') || 'high',
        isIrreversible: form.has('isIrreversible'),
        fault: field(form, 'fault'),
        budgetTokens: field(form, 'budgetTokens') || undefined,
        budgetCalls: field(form, 'budgetCalls') || undefined,
        budgetMoney: field(form, 'budgetMoney') || null,
      });
      ({ id } = await createDecision(host, owner, asked, evidenceOf(paper)));
    } catch (refused) {
      const said = sentence(refused);
      if (said === undefined) throw refused;
      return fail(400, { refused: said, typed: typedIn(form) });
    }
    redirect(303, `/decisions/${id}`);
  },
};
