import { requireRole } from '@broadsheet/newsroom/accounts';
import { addEvidence, createDecision, inputs, listEndpoints, NOTICE } from '@broadsheet/newsroom/decisions';
import { currentHost } from '@broadsheet/newsroom/host';
import { findPaper, plainText } from '@broadsheet/newsroom/papers';
import { fail, redirect } from '@sveltejs/kit';
import { field } from '#lib/server/forms.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ url, setHeaders }) => {
  setHeaders({ 'cache-control': 'no-store' });
  const host = currentHost();
  const paper = await paperOf(url.searchParams.get('paper'));
  return {
    notice: NOTICE,
    paper: paper && { key: paper.key, title: plainText(paper.title), hasAbstract: paper.abstract !== undefined },
    endpoints: (await listEndpoints(host)).map(({ id, label, model }) => ({ id, label: `${label} (${model})` })),
  };
};

export const actions: Actions = {
  default: async ({ request, locals }) => {
    const host = currentHost();
    const owner = requireRole(locals.acting, 'reader');
    const form = await request.formData();
    const asked = inputs.NewDecision.safeParse({
      title: field(form, 'title'),
      paperId: field(form, 'paper') || null,
      endpoint: field(form, 'endpoint') || 'bundled',
      second: field(form, 'second') || null,
      stakes: field(form, 'stakes') || 'high',
      isIrreversible: form.has('isIrreversible'),
      fault: field(form, 'fault'),
    });
    if (!asked.success)
      return fail(400, {
        refused: asked.error.issues.map(({ path, message }) => `${path.join(' ')}: ${message}`).join('; '),
        title: field(form, 'title'),
      });
    let state = await createDecision(host, owner, asked.data);
    const paper = await paperOf(asked.data.paperId);
    if (paper?.abstract)
      state = await addEvidence(host, state, owner.name, {
        source: `paper ${paper.key}`,
        title: plainText(paper.title).slice(0, 300),
        text: plainText(paper.abstract).slice(0, 20_000),
        direction: 'for',
      });
    redirect(303, `/decisions/${state.id}`);
  },
};

async function paperOf(key: string | null) {
  const paper = key ? await findPaper(currentHost().database.db, key) : undefined;
  return paper && !('movedTo' in paper) ? paper : undefined;
}
