import { type Html, html, trusted } from '../html.ts';
import { claimsList } from './claims.ts';
import { type Chosen, controlsForm } from './controls.ts';
import {
  type LabFacts,
  type RecordedVerdicts,
  type RecordLink,
  type ServerRuns,
  type ShownRun,
  SIZE_WORDS,
} from './facts.ts';
import { figuresBlock } from './figures.ts';
import { labAddress } from './links.ts';
import { outcomeBlock } from './outcome.ts';

/** Everything a lab shows before a reader presses Run. */
export interface LabView {
  readonly facts: LabFacts;
  readonly chosen: Chosen;
  readonly server: ServerRuns;
  /** The run that is drawn at first: recorded, or stored under the address that was opened. */
  readonly shown?: ShownRun;
  readonly recorded?: RecordedVerdicts;
  /** All recorded runs, to be opened one by one. */
  readonly records: readonly RecordLink[];
  readonly sourcesHash: string;
  /** Where the experiment's module lies for browsers, when the player's own scripts do not hold it. */
  readonly module?: string;
}

/**
 * The lab as HTML: left what is asked and the controls, right the figures, beneath them the outcome. Complete without a
 * script; with one, the player takes over this very markup.
 */
export function labBlock(view: LabView): Html {
  const { facts, shown, recorded } = view;
  const data = { facts, recorded, server: view.server, sourcesHash: view.sourcesHash, module: view.module };
  return html`<div class="lab" data-lab="${facts.id}">
<div class="lab-columns">
<div class="lab-side">
${shown?.result.headline ? html`<p class="headline">${shown.result.headline}</p>` : ''}
<p class="question">${facts.question}</p>
<p class="lab-actions needs-script"><button type="submit" form="lab-form" class="run" data-run>Run</button></p>
<p class="lab-status" data-status>${shown ? startLine(shown) : 'Nothing has run here yet.'}</p>
<progress class="lab-progress" data-progress max="1" value="0" aria-label="Progress of the run" hidden></progress>
<p class="visually-hidden" role="status" aria-live="polite" data-live></p>
${recordsLine(view)}
${claimsList(facts.claims, shown?.result.verdicts ?? [])}
${controlsForm(facts, view.chosen, view.server, labAddress(facts))}
<noscript><p class="quiet">Running needs JavaScript. What is drawn here is the recorded run; the command <code>npx broadsheet run ${facts.id}</code> makes another.</p></noscript>
</div>
<div class="lab-figures" data-figures>${figuresBlock(facts.figures, shown?.result.points ?? [])}</div>
</div>
<div class="lab-outcome" data-outcome>${shown ? outcomeBlock(facts, shown, recorded) : ''}</div>
<details class="lab-recorded" data-recorded-block hidden><summary class="label">The recorded run, as it was drawn</summary><div class="lab-figures" data-recorded-figures></div></details>
<script type="application/json" data-lab-facts>${trusted(inScript(data))}</script>
</div>`;
}

/** Recorded runs beside each other, where there are several. */
function recordsLine({ facts, records, shown }: LabView): Html {
  if (records.length < 2) return html``;
  return html`<nav class="lab-records" aria-label="Recorded runs"><span class="label">Recorded</span><ul>${records.map(
    ({ id, size, label, supported, tested }) =>
      html`<li><a href="${labAddress(facts)}?run=${id}"${id === shown?.id ? html` aria-current="true"` : ''}>${SIZE_WORDS[size]}${label ? `, ${label}` : ''}</a> <span class="quiet">${supported} of ${tested} claims</span></li>`,
  )}</ul></nav>`;
}

function startLine({ origin, result, isStale }: ShownRun): string {
  if (origin === 'recorded')
    return `Drawn: the recorded run of size ${result.size}, ${result.seeds.length} seeds${isStale ? ', stale' : ''}.`;
  return `Drawn: a stored run of size ${result.size}, ${result.seeds.length} seeds.`;
}

/** JSON that cannot end the script element it stands in. */
function inScript(data: unknown): string {
  return JSON.stringify(data).replaceAll('<', '\\u003c');
}
