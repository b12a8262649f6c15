import type { Claim, Size, Verdict } from '@broadsheet/experiments';
import { drawEffect } from '../drawing/effect.ts';
import { say, sayInterval } from '../drawing/numbers.ts';
import { type Html, html, trusted } from '../html.ts';
import { GLYPHS, verdictMark } from './verdict.ts';

/** A claim beside what a run says of it; no verdict is "not run". */
export interface ClaimRow {
  readonly claim: Claim;
  readonly verdict?: Verdict;
  /** The size that this verdict comes from, where rows come from several runs. */
  readonly size?: Size;
  readonly isStale?: boolean;
}

export interface ClaimsTableOptions {
  readonly caption: string;
  /** Address of the lab, for a Run link in each row; without it there is none. */
  readonly labAddress?: string;
}

/** The claims table: what is claimed, what the paper says, what we saw, how sure that is. */
export function claimsTable(rows: readonly ClaimRow[], { caption, labAddress }: ClaimsTableOptions): Html {
  return html`<table class="claims">
<caption class="visually-hidden">${caption}</caption>
<thead><tr class="head"><th scope="col">Claim</th><th scope="col">The paper</th><th scope="col">What we saw</th><th scope="col" class="number">Seeds</th><th scope="col">Verdict</th></tr></thead>
<tbody>${rows.map((row) => claimRow(row, labAddress))}</tbody></table>`;
}

function claimRow({ claim, verdict, size, isStale }: ClaimRow, labAddress: string | undefined): Html {
  const interval = verdict?.interval ?? null;
  const word = verdict?.verdict ?? 'not run';
  const failed =
    verdict && verdict.failedSeeds > 0 ? html` <span class="failed">+${verdict.failedSeeds} ended early</span>` : '';
  return html`<tr${labAddress ? html` id="claim-${claim.id}"` : ''}>
<th scope="row"><span class="statement">${claim.statement}</span></th>
<td class="says" data-label="The paper"><span>${claim.paper.says}${claim.paper.value === undefined ? '' : html` <span class="figures">(${say(claim.paper.value)})</span>`} <span class="quiet">${claim.paper.where}</span></span></td>
<td class="effect-cell" data-label="What we saw">${interval ? html`${trusted(drawEffect(claim, interval))}<span class="figures">${sayInterval(interval).mean}${claim.unit ? ` ${claim.unit}` : ''} <span class="quiet">95 % ${sayInterval(interval).range}</span></span><span class="quiet measure">${claim.measureLabel}</span>` : html`<span class="quiet">${whyEmpty(claim, verdict)}</span>`}</td>
<td class="number" data-label="Seeds"><span>${verdict && verdict.seeds + verdict.failedSeeds > 0 ? verdict.seeds : '–'}${failed}</span></td>
<td data-label="Verdict"><span>${verdictMark(word)}${size ? html` <span class="quiet">${size}${isStale ? ', stale' : ''}</span>` : ''}${labAddress ? html` <a class="run-link" href="${labAddress}" data-run>Run<span class="visually-hidden"> the experiment behind: ${claim.statement}</span></a>` : ''}</span></td>
</tr>`;
}

function whyEmpty(claim: Claim, verdict: Verdict | undefined): string {
  if (!verdict || verdict.verdict === 'not run') return `tested at size ${claim.sizes.join(' or ')}`;
  return 'measured on fewer than two seeds';
}

/** The claims in a sentence each, with what is known of them so far: what stands beside the figures. */
export function claimsList(claims: readonly Claim[], verdicts: readonly Verdict[]): Html {
  return html`<ul class="claims-list" data-verdicts>${claims.map((claim) => {
    const verdict = verdicts.find((v) => v.claim === claim.id);
    const word = verdict?.verdict ?? 'not run';
    return html`<li><span class="verdict" data-verdict="${word}" aria-hidden="true">${GLYPHS[word]}</span> <span>${claim.statement}<span class="visually-hidden">: ${word}</span></span></li>`;
  })}</ul>`;
}

/** The verdicts as sentences, in the order of the claims: what one reads first when a run has ended. */
export function verdictSentences(claims: readonly Claim[], verdicts: readonly Verdict[]): Html {
  const rows = claims
    .map((claim) => verdicts.find((v) => v.claim === claim.id))
    .filter((v) => v && v.verdict !== 'not run');
  return html`<ul class="sentences">${rows.map((v) => html`<li data-verdict="${v?.verdict}">${v?.sentence}</li>`)}</ul>`;
}

/** The reader's run beside the recorded one, claim by claim. */
export function againstRecorded(
  claims: readonly Claim[],
  mine: readonly Verdict[],
  recorded: readonly Verdict[],
  recordedLabel: string,
): Html {
  const cell = (claim: Claim, verdict: Verdict | undefined) =>
    verdict?.interval
      ? html`${trusted(drawEffect(claim, verdict.interval))}<span class="figures">${sayInterval(verdict.interval).mean} <span class="quiet">${sayInterval(verdict.interval).range}, ${verdict.seeds} seeds</span></span> ${verdictMark(verdict.verdict)}`
      : verdictMark(verdict?.verdict ?? 'not run');
  const find = (verdicts: readonly Verdict[], claim: Claim) => verdicts.find((v) => v.claim === claim.id);
  return html`<table class="claims against"><caption class="visually-hidden">This run against the recorded run</caption>
<thead><tr class="head"><th scope="col">Claim</th><th scope="col">This run</th><th scope="col">${recordedLabel}</th></tr></thead>
<tbody>${claims.map((claim) => html`<tr><th scope="row">${claim.statement}</th><td data-label="This run" class="effect-cell">${cell(claim, find(mine, claim))}</td><td data-label="${recordedLabel}" class="effect-cell">${cell(claim, find(recorded, claim))}</td></tr>`)}</tbody></table>`;
}
