import { readJobCounts } from '@broadsheet/newsroom/administration';
import type { Host } from '@broadsheet/newsroom/host';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { PageCache } from './page-cache.ts';

/** What an operator's Prometheus reads at /metrics. */
export interface Metrics {
  answered(kind: string, status: number, seconds: number): void;
  text(): Promise<string>;
  readonly contentType: string;
}

/** Upper ends in seconds; chosen around the promises of the docs: cached under 1 ms, uncached p95 under 50 ms. */
const BUCKETS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

export function createMetrics(cache: PageCache, host: Host): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const duration = new Histogram({
    name: 'broadsheet_http_request_seconds',
    help: 'Time to answer a request, by kind of answer and status class.',
    labelNames: ['kind', 'status'],
    buckets: BUCKETS,
    registers: [registry],
  });
  new Counter({
    name: 'broadsheet_page_cache_requests_total',
    help: 'Pages asked of the page cache, by outcome.',
    labelNames: ['outcome'],
    registers: [registry],
    collect() {
      this.reset();
      this.inc({ outcome: 'hit' }, cache.hits);
      this.inc({ outcome: 'miss' }, cache.misses);
    },
  });
  new Gauge({
    name: 'broadsheet_page_cache_bytes',
    help: 'Memory that finished pages take.',
    registers: [registry],
    collect() {
      this.set(cache.bytes);
    },
  });
  new Gauge({
    name: 'broadsheet_jobs',
    help: 'Background jobs, by queue and state; done and failed ones for a week.',
    labelNames: ['queue', 'state'],
    registers: [registry],
    async collect() {
      this.reset();
      for (const { queue, counts } of await readJobCounts(host.database)) {
        for (const [state, count] of Object.entries(counts)) this.set({ queue, state }, count);
      }
    },
  });
  // Looking a series up by its labels costs more than counting in it, and there are few.
  const series = new Map<string, ReturnType<typeof duration.labels>>();
  const seriesOf = (kind: string, status: string) => {
    const key = `${kind} ${status}`;
    let found = series.get(key);
    if (!found) {
      found = duration.labels(kind, status);
      series.set(key, found);
    }
    return found;
  };
  return {
    answered: (kind, status, seconds) => seriesOf(kind, `${Math.floor(status / 100)}xx`).observe(seconds),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
