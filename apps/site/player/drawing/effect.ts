import type { Claim, Verdict } from '@broadsheet/experiments';
import { say, sayInterval } from './numbers.ts';
import { at, escapeText } from './svg.ts';

const WIDTH = 160;
const HEIGHT = 24;

/**
 * A claim's effect as a small dot-and-line: the mean, its interval, the threshold as an upright tick and the paper's own
 * value hollow. An empty text where there is no interval to draw.
 */
export function drawEffect(claim: Claim, interval: Verdict['interval']): string {
  if (!interval) return '';
  const lines = claim.comparison === 'within' ? [-claim.threshold, claim.threshold] : [claim.threshold];
  const values = [
    interval.low,
    interval.high,
    interval.mean,
    ...lines,
    ...(claim.paper.value === undefined ? [] : [claim.paper.value]),
  ].filter(Number.isFinite);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const place = (v: number) => 8 + ((v - low) / (high - low || 1)) * (WIDTH - 16);
  const y = HEIGHT / 2;
  const said = sayInterval(interval);
  return [
    `<svg class="effect" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img">`,
    `<title>${escapeText(`${said.mean}, 95 % ${said.range}; threshold ${lines.map(say).join(' and ')}`)}</title>`,
    ...lines.map((v) => `<path class="threshold" d="M${at(place(v))} 3V${HEIGHT - 3}"/>`),
    `<path class="range" d="M${at(place(interval.low))} ${y}H${at(place(interval.high))}"/>`,
    claim.paper.value === undefined
      ? ''
      : `<circle class="paper-mark" cx="${at(place(claim.paper.value))}" cy="${y}" r="4.5"/>`,
    `<circle class="dot" cx="${at(place(interval.mean))}" cy="${y}" r="4"/>`,
    '</svg>',
  ].join('');
}
