/**
 * Search over HTTP: a site of the corpus in a process of its own, asked by eight clients at once through the API, each
 * question another one, so that no cache answers.
 *
 *   node benchmarks/search/http.ts [SECONDS [featured firehose]]
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRng } from '../../packages/engine/stats/index.ts';
import { importFiles } from '../../packages/newsroom/exchange/index.ts';
import { openHost, parseSettings } from '../../packages/newsroom/host/index.ts';
import { readySiteIndex } from '../../packages/newsroom/search/index.ts';
import { loadCorpus } from './corpus.ts';

const CLIENTS = 8;
const WARM_UP_SECONDS = 3;
const PORT = 18_493;

const [seconds, ...parts] = [Number(process.argv[2] ?? 10), ...process.argv.slice(3)];
let asked = 0;
const corpus = process.env.BROADSHEET_CORPUS ?? '';
const questions = await makeQuestions();
const folder = mkdtempSync(join(tmpdir(), 'broadsheet-search-http-'));
const settings = parseSettings({ BROADSHEET_LOG_LEVEL: 'silent' }, { dataDir: folder });
const host = await openHost(settings);
await importFiles(
  host,
  (parts.length > 0 ? parts : ['featured', 'firehose']).map((name) => join(corpus, `${name}.ndjson.gz`)),
);
// The site below opens what is made and saved here.
const { index } = await readySiteIndex(host);
const papers = index.size;
await host.close();
const main = new URL('../../apps/cli/main.ts', import.meta.url).pathname;
const site = spawn(process.execPath, [main, 'serve', '--port', String(PORT), '--data', folder], {
  env: { ...process.env, BROADSHEET_PULL: 'false', BROADSHEET_LOG_LEVEL: 'silent', BROADSHEET_RUNTIMES: 'off' },
  stdio: 'ignore',
});
try {
  await untilReady();
  console.log(
    `${papers} papers, ${CLIENTS} clients, ${seconds} s each\n\n| mode | answers/s | p50 ms | p95 ms |\n|---|---|---|---|`,
  );
  for (const mode of ['keyword', 'hybrid', 'semantic']) {
    await ask(mode, WARM_UP_SECONDS);
    const times = (await ask(mode, seconds)).sort((a, b) => a - b);
    const at = (share: number) => times[Math.floor(times.length * share)].toFixed(1);
    console.log(`| ${mode} | ${Math.round(times.length / seconds)} | ${at(0.5)} | ${at(0.95)} |`);
  }
} finally {
  site.kill();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}
process.exit(0);

/** Three keywords of a paper, or a sentence of it: what goes by words, and what meaning has a say in. */
async function makeQuestions(): Promise<string[]> {
  const rng = createRng(5);
  const all = await loadCorpus();
  return Array.from({ length: 20_000 }, () => {
    const { keywords = [], abstract } = rng.choice(all);
    const isShort = keywords.length >= 3 && rng.uniform() < 0.5;
    const text = isShort
      ? rng
          .shuffle([...keywords])
          .slice(0, 3)
          .join(' ')
      : rng.choice(abstract.split(/(?<=[.!?])\s+/));
    return text.slice(0, 250);
  });
}

/** @returns how long each answer took */
async function ask(mode: string, forSeconds: number): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });
  const times: number[] = [];
  const until = performance.now() + forSeconds * 1_000;
  const client = async () => {
    while (performance.now() < until) {
      const params = new URLSearchParams({ q: nextQuestion(), limit: '10', mode });
      const from = performance.now();
      await answered(`http://127.0.0.1:${PORT}/api/papers/search?${params}`, agent);
      times.push(performance.now() - from);
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  agent.destroy();
  return times;
}

function nextQuestion(): string {
  return questions[asked++ % questions.length];
}

function answered(address: string, agent?: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    get(address, { agent }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (part) => {
        body += part;
      });
      response.on('end', () =>
        response.statusCode === 200
          ? resolve(body)
          : reject(new Error(`${address} answered ${response.statusCode}: ${body.slice(0, 200)}`)),
      );
    }).on('error', reject);
  });
}

/** Until the index and the vectors are there: before, meaning is not asked. */
async function untilReady(): Promise<void> {
  for (;;) {
    try {
      const address = `http://127.0.0.1:${PORT}/api/papers/search?q=vehicle&limit=1&mode=semantic`;
      if (JSON.parse(await answered(address))[0]?.why?.includes('near in meaning')) return;
    } catch {
      // Not listening yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}
