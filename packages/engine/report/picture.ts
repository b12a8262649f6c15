import type { TrainingReport } from './training-report.ts';

/**
 * The report's place between lazy and rich, as one SVG with a title that says the same in words.
 * Colours come from the page (currentColor); marks differ by shape too.
 */
export function drawReport(report: TrainingReport, options: { width?: number } = {}): string {
  const width = options.width ?? 480;
  const margin = 24;
  const x = (position: number) => margin + Math.min(1, Math.max(0, position)) * (width - 2 * margin);
  const axis = 58;
  const marks = (report.onRuler ?? []).map(
    ({ scale, position }) =>
      `<line x1="${x(position).toFixed(1)}" x2="${x(position).toFixed(1)}" y1="${axis - 8}" y2="${axis + 8}"/>` +
      `<text x="${x(position).toFixed(1)}" y="${axis + 24}" text-anchor="middle" stroke="none">×${scale}</text>`,
  );
  const here =
    report.position === null
      ? ''
      : `<path d="M ${x(report.position).toFixed(1)} ${axis - 4} l -7 -12 h 14 z" fill="currentColor"/>` +
        `<text x="${x(report.position).toFixed(1)}" y="${axis - 24}" text-anchor="middle" stroke="none">${report.position.toFixed(2)}</text>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} 96" role="img" font-size="12" fill="currentColor" stroke="currentColor">`,
    `<title>${escapeXml(report.finding)}</title>`,
    `<line x1="${margin}" x2="${width - margin}" y1="${axis}" y2="${axis}"/>`,
    `<text x="${margin}" y="${axis + 24}" stroke="none">lazy</text>`,
    `<text x="${width - margin}" y="${axis + 24}" text-anchor="end" stroke="none">rich</text>`,
    ...marks,
    here,
    '</svg>',
  ].join('\n');
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c] ?? c);
}
