import { drawReport, type TrainingReport } from '@broadsheet/engine/report';
import { type Html, html, trusted } from '../html.ts';

/** How rich or lazy a training run was: its picture, the finding in words, and what is to be kept in mind. */
export function reportBlock(report: TrainingReport, title?: string): Html {
  return html`<div class="report">${title ? html`<p class="label">${title}</p>` : ''}${trusted(drawReport(report))}<p>${report.finding}</p>${report.caveats.length > 0 ? html`<p class="quiet">${report.caveats.join(' ')}</p>` : ''}</div>`;
}
