import type { TrainingReport } from '@broadsheet/engine/report';
import type { Confirmation, RunResult } from '@broadsheet/experiments';
import { sayDuration } from '../drawing/numbers.ts';
import { type Html, html } from '../html.ts';
import { againstRecorded, claimsTable, verdictSentences } from './claims.ts';
import { spaced } from './controls.ts';
import type { LabFacts, RecordedVerdicts, ShownRun } from './facts.ts';
import { tablesBlock } from './figures.ts';
import { addressOf } from './links.ts';
import { reportBlock } from './report.ts';

/** Reports that a page draws; the JSON has all. */
const MOST_REPORTS = 4;

/** What stands beneath the figures of a finished run: verdicts in words, the claims, and everything to check them by. */
export function outcomeBlock(facts: LabFacts, run: ShownRun, recorded?: RecordedVerdicts): Html {
  const { result } = run;
  const rows = facts.claims.map((claim) => ({ claim, verdict: result.verdicts.find((v) => v.claim === claim.id) }));
  const isOther = recorded && recorded.id !== run.id;
  return html`<h3 data-outcome-title tabindex="-1">${titleOf(run)}</h3>
${run.isStale ? html`<p class="stale"><strong>Stale.</strong> The code behind it has changed since it was recorded; a new run may come out otherwise.</p>` : ''}
${run.confirmation ? html`<p class="quiet">${confirmedLine(run.confirmation)}</p>` : ''}
${result.headline ? html`<p class="headline">${result.headline}</p>` : ''}
${verdictSentences(facts.claims, result.verdicts)}
${claimsTable(rows, { caption: 'Claims and what this run says of each' })}
${failures(result)}
${isOther ? html`<details open><summary class="label">Against the recorded run</summary>${againstRecorded(facts.claims, result.verdicts, recorded.verdicts, `Recorded: ${recorded.size}, ${recorded.seeds} seeds`)}</details>` : ''}
${tablesBlock(facts.tables, result.rows)}
${reports(result)}
${howItRan(facts, run)}`;
}

function titleOf({ result, origin }: ShownRun): string {
  const place = origin === 'recorded' ? 'The recorded run' : origin === 'server' ? 'A run on the server' : 'Your run';
  return `${place}: size ${result.size}, ${result.seeds.length} ${result.seeds.length === 1 ? 'seed' : 'seeds'}`;
}

function confirmedLine({ parts, of }: Confirmation): string {
  const which = parts.length === of ? 'all of it' : `${parts.length} of its ${of} parts (${parts.join(', ')})`;
  return `Recorded by earlier code; the code of today ran ${which} again for every seed and came to the same numbers, to the last bit.`;
}

function failures(result: RunResult): Html {
  const failed = result.outcomes.filter((outcome) => outcome.failures.length > 0);
  if (failed.length === 0) return html``;
  return html`<details open><summary class="label">${failed.length} of ${result.outcomes.length} seeds ended early</summary><ul class="plain-list">${failed.slice(0, 20).map((o) => html`<li>Seed ${o.seed}: ${o.failures.join('; ')}</li>`)}</ul></details>`;
}

function reports(result: RunResult): Html {
  if (result.reports.length === 0) return html``;
  // The first seed's runs; more would say the same again.
  const seed = result.reports[0].seed;
  const shown = result.reports.filter((r) => r.seed === seed).slice(0, MOST_REPORTS);
  return html`<details><summary class="label">Training report, seed ${seed}</summary>${shown.map(({ series, report }) =>
    reportBlock(report as TrainingReport, series),
  )}<p class="quiet">${result.reports.length} reports in the JSON.</p></details>`;
}

function howItRan(facts: LabFacts, run: ShownRun): Html {
  const { result } = run;
  const labelOf = (key: string) => facts.parameters.find((p) => p.key === key)?.label ?? key;
  return html`<details><summary class="label">How it ran, and how to run it again</summary><dl class="plain-list">
${Object.entries(result.parameters).map(([key, value]) => html`<div><dt>${labelOf(key)}</dt><dd>${spaced(value)}</dd></div>`)}
<div><dt>Seeds</dt><dd>${result.seeds.join(', ')}</dd></div>
<div><dt>Ran on</dt><dd>${result.executorDescription}</dd></div>
<div><dt>Took</dt><dd>${sayDuration(result.durationMs)}, begun <time datetime="${result.startedAt}">${result.startedAt.slice(0, 16).replace('T', ' ')} UTC</time></dd></div>
<div><dt>Result</dt><dd><code>${result.hash}</code></dd></div>
<div><dt>Sources</dt><dd><code>${result.sourcesHash}</code></dd></div>
</dl></details>
<p class="takeaway">${run.id ? html`<a href="/api/lab/runs/${run.id}/result" download="${facts.id}-${result.size}.json">JSON</a> <a href="/api/lab/runs/${run.id}/points.csv" download="${facts.id}-${result.size}.csv">CSV</a>` : html`<button type="button" class="plain-button" data-download="json">JSON</button> <button type="button" class="plain-button" data-download="csv">CSV</button>`}
<a href="${addressOf(facts, result)}" data-reproduce>The address that runs this again</a></p>`;
}
