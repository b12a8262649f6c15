import { currentHost } from '@broadsheet/newsroom/host';
import { listClaims, runsInHand } from '@broadsheet/newsroom/lab';
import { View } from '#lib/view.ts';
import { type ClaimRow, claimsTable } from '#player/view/claims.ts';
import { labAddress } from '#player/view/links.ts';
import { countVerdicts } from '#player/view/verdict.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async () => {
  const host = currentHost();
  const [listed, running] = await Promise.all([listClaims(host), runsInHand(host)]);
  const page = {
    running: running.map(({ experiment, size, state, progress }) => ({ experiment, size, state, progress })),
    experiments: listed.map(({ experiment, claims }) => ({
      id: experiment.id,
      title: experiment.paper.title,
      paper: `/papers/${experiment.paper.arXivId}`,
      lab: labAddress(experiment),
      question: experiment.question,
      sizes: Object.entries(experiment.sizes).map(([size, facts]) => ({ size, label: facts.label })),
      counts: countVerdicts(claims.map((c) => c.verdict?.verdict ?? 'not run')).text,
      table: claimsTable(
        claims.map(({ claim, verdict, size, isStale }): ClaimRow => ({ claim, verdict, size, isStale })),
        { caption: `Claims of ${experiment.paper.title}` },
      ).text,
    })),
  };
  return { view: new View(page) };
};
