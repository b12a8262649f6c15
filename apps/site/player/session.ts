import type { Point, Row, RunResult, Verdict } from '@broadsheet/experiments';
import type { RunnerEvent } from '@broadsheet/experiments/runner';
import { describeFigure } from './drawing/describe.ts';
import { drawFigure } from './drawing/figure.ts';
import { sayDuration } from './drawing/numbers.ts';
import { claimsList } from './view/claims.ts';
import type { LabFacts } from './view/facts.ts';
import { figureTable, hasPoints } from './view/figures.ts';

/** Drawing may take this share of the page's time; the rest stays for the reader's hands. */
const DRAWING_SHARE = 0.25;
const SHORTEST_PAUSE_MS = 80;
/** A screen reader hears of progress at most this often. */
const LIVE_MS = 6_000;

/** What a page shows of a run that goes on: figures, status line, progress, and now and then a word. */
export class Session {
  points: Point[] = [];
  rows: Row[] = [];
  verdicts: readonly Verdict[] = [];
  readonly #facts: LabFacts;
  readonly #root: HTMLElement;
  #where = '';
  #label = '';
  #left: number | null = null;
  #fraction = 0;
  #drawnAt = 0;
  #pauseMs = SHORTEST_PAUSE_MS;
  #isDue = false;
  #toldAt = performance.now();
  /** When the first point was drawn after the press; benchmarks read it from the page. */
  #isFirst = true;

  constructor(root: HTMLElement, facts: LabFacts) {
    this.#root = root;
    this.#facts = facts;
  }

  said(words: string): void {
    this.#where = words;
    this.#status();
  }

  loading(fraction: number): void {
    this.#progress(fraction);
    this.#write(`Fetching the runtime, once: ${Math.round(fraction * 100)} %`);
  }

  begin(): void {
    this.points = [];
    this.rows = [];
    this.#judge([]);
    this.#schedule();
  }

  take(events: readonly RunnerEvent[]): void {
    for (const event of events) {
      if (event.type === 'point') {
        const { type: _, ...point } = event;
        this.points.push(point);
      } else if (event.type === 'row') this.rows.push(event);
      else if (event.type === 'verdicts') this.#judge(event.verdicts);
      else if (event.type === 'progress') {
        this.#label = event.label;
        this.#left = event.secondsLeft;
        this.#fraction = event.fraction;
        this.#progress(event.fraction);
      }
    }
    this.#status();
    this.#schedule();
    this.#live();
  }

  /** Draws everything as it is now; the last time with the tables behind the figures. */
  draw(isLast = false): void {
    for (const figure of this.#facts.figures) {
      const place = this.#root.querySelector<HTMLElement>(`[data-figures] [data-figure="${figure.id}"]`);
      const plot = place?.querySelector<HTMLElement>('[data-plot]');
      if (!place || !plot) continue;
      place.hidden = !hasPoints(figure, this.points);
      if (place.hidden) continue;
      const width = Math.round(Math.min(760, Math.max(280, plot.clientWidth || 400)));
      plot.innerHTML = drawFigure(figure, this.points, { width, height: Math.round(Math.min(340, width * 0.68)) });
      const finding = place.querySelector('[data-finding]');
      if (finding) finding.textContent = describeFigure(figure, this.points);
      const table = place.querySelector('details');
      if (table && (isLast || table.open)) {
        for (const old of table.querySelectorAll('.wide, .wide + p')) old.remove();
        table.insertAdjacentHTML('beforeend', figureTable(figure, this.points).text);
      }
    }
    const empty = this.#root.querySelector<HTMLElement>('[data-figures] [data-empty]');
    if (empty) empty.hidden = this.points.length > 0;
    if (this.#isFirst && this.points.length > 0) {
      this.#isFirst = false;
      performance.mark('lab-first-curve');
    }
  }

  finish(result: RunResult): void {
    this.points = [...result.points];
    this.rows = [...result.rows];
    this.#judge(result.verdicts);
    this.draw(true);
  }

  #judge(verdicts: readonly Verdict[]): void {
    this.verdicts = verdicts;
    const list = this.#root.querySelector('[data-verdicts]');
    if (list) list.outerHTML = claimsList(this.#facts.claims, verdicts).text;
    if (performance.getEntriesByName('lab-first-verdict').length > 0) return;
    if (verdicts.some((v) => v.verdict !== 'not run')) performance.mark('lab-first-verdict');
  }

  #schedule(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    const wait = Math.max(0, this.#drawnAt + this.#pauseMs - performance.now());
    setTimeout(() => {
      this.#isDue = false;
      const startedAt = performance.now();
      this.draw();
      this.#drawnAt = performance.now();
      this.#pauseMs = Math.max(SHORTEST_PAUSE_MS, (this.#drawnAt - startedAt) / DRAWING_SHARE);
    }, wait);
  }

  #status(): void {
    const left = this.#left === null ? '' : `${sayDuration(this.#left * 1000)} left`;
    this.#write([this.#label, left, this.#where].filter(Boolean).join(' · ') || 'Starting.');
  }

  #write(text: string): void {
    const line = this.#root.querySelector('[data-status]');
    if (line) line.textContent = text;
  }

  #progress(fraction: number): void {
    const bar = this.#root.querySelector<HTMLProgressElement>('[data-progress]');
    if (bar) bar.value = fraction;
  }

  #live(): void {
    if (performance.now() - this.#toldAt < LIVE_MS) return;
    this.#toldAt = performance.now();
    const left = this.#left === null ? '' : `, about ${sayDuration(this.#left * 1000)} left`;
    tellReader(this.#root, `${Math.round(this.#fraction * 100)} per cent done${left}.`);
  }
}

/** Says something to people who do not see the page change. */
export function tellReader(root: HTMLElement, words: string): void {
  const region = root.querySelector('[data-live]');
  if (region) region.textContent = words;
}
