import type { Host } from '@broadsheet/newsroom/host';
import {
  claimStates,
  findRun,
  laboratoryOf,
  type RecordedRun,
  recordedRuns,
  resultOf,
  SERVER_SIZES,
} from '@broadsheet/newsroom/lab';
import { drawFigure } from '#player/drawing/figure.ts';
import { chosenBy } from '#player/view/chosen.ts';
import { type ClaimRow, claimsTable } from '#player/view/claims.ts';
import { factsOf, recordLinks, type ShownRun } from '#player/view/facts.ts';
import { labBlock } from '#player/view/lab.ts';
import { labAddress } from '#player/view/links.ts';

/** The lab of a paper as HTML; undefined where no experiment of it runs here. */
export async function loadLab(host: Host, arXivId: string, query: URLSearchParams) {
  const experiment = await laboratoryOf(host).load(arXivId);
  if (!experiment || experiment.paper.arXivId !== arXivId) return undefined;
  const recorded = recordedRuns(host, experiment.id);
  const asked = recorded.find(({ id }) => id === query.get('run'));
  const stored = asked ? asShown(asked) : await storedRun(host, experiment.id, query.get('run'));
  const chosen = stored
    ? { size: stored.result.size, seeds: stored.result.seeds.length, parameters: stored.result.parameters, faults: [] }
    : chosenBy(experiment, query);
  const [first] = recorded;
  const shown = stored ?? (first && asShown(first));
  const html = labBlock({
    facts: factsOf(experiment),
    chosen,
    server: { isOn: host.settings.lab.serverRuns, sizes: SERVER_SIZES },
    shown,
    recorded: first && {
      id: first.id,
      size: first.result.size,
      seeds: first.result.seeds.length,
      verdicts: first.result.verdicts,
    },
    records: recordLinks(experiment, recorded),
    sourcesHash: laboratoryOf(host).sourcesHash(experiment.id),
    module: laboratoryOf(host).browserModule?.(experiment.id),
  });
  return { html: html.text, question: experiment.question, notice: await noticeOf(host, query.get('run'), stored) };
}

function asShown({ result, id, isStale, confirmation }: RecordedRun): ShownRun {
  return { result, id, origin: 'recorded', isStale, confirmation };
}

async function storedRun(host: Host, experiment: string, id: string | null): Promise<ShownRun | undefined> {
  const result = id ? await resultOf(host, id) : undefined;
  if (!id || result?.experiment !== experiment) return undefined;
  const isStale = result.sourcesHash !== laboratoryOf(host).sourcesHash(experiment);
  return { result, id, origin: 'server', isStale };
}

/** A word on a run that the address names and that cannot be drawn. */
async function noticeOf(host: Host, id: string | null, stored: ShownRun | undefined): Promise<string | undefined> {
  if (!id || stored) return undefined;
  const run = await findRun(host, id);
  if (!run) return 'This site has no such run any more. What is drawn is the recorded one.';
  if (run.state === 'queued' || run.state === 'running')
    return `The run is ${run.state === 'queued' ? 'waiting for its turn' : `going on${run.progress ? `, ${Math.round(run.progress.fraction * 100)} % done` : ''}`}. Load this page again in a while.`;
  return `The run ended without a result: ${run.said ?? run.state}`;
}

/** The claims of a paper's experiment as its own page shows them, with the figure that was recorded. */
export async function loadClaims(host: Host, arXivId: string | undefined) {
  const experiment = arXivId ? await laboratoryOf(host).load(arXivId) : undefined;
  if (!experiment) return undefined;
  const states = await claimStates(host, experiment);
  const [recorded] = recordedRuns(host, experiment.id);
  const figure = recorded && experiment.figures.find((f) => recorded.result.points.some((p) => p.figure === f.id));
  return {
    address: labAddress(experiment),
    question: experiment.question,
    headline: recorded?.result.headline,
    table: claimsTable(
      states.map(({ claim, verdict, size, isStale }): ClaimRow => ({ claim, verdict, size, isStale })),
      { caption: 'Claims of the paper and what our runs say of each', labAddress: labAddress(experiment) },
    ).text,
    figure: figure && {
      title: figure.title,
      svg: drawFigure(figure, recorded.result.points, { width: 560, height: 320 }),
    },
    recorded: recorded && {
      size: recorded.result.size,
      seeds: recorded.result.seeds.length,
      isStale: recorded.isStale,
    },
  };
}
