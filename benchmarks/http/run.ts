/**
 * A feed page of fifty papers from the page cache against one nginx worker that serves the same bytes as a file, same
 * load generator, same connections, both gzipped; then pages that the page cache does not have, and what pages weigh.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { importFiles } from '../../packages/newsroom/exchange/index.ts';
import { openHost, parseSettings } from '../../packages/newsroom/host/index.ts';
import { summary } from '../statistics.ts';

const ROUNDS = 5;
const SECONDS = 4;
const CONNECTIONS = 20;
const NGINX_PORT = 18_471;
const SITE_PORT = 18_472;
const PAGE = '/papers/month/2025-12';

const corpus = process.env.BROADSHEET_CORPUS;
if (!corpus)
  throw new Error('BROADSHEET_CORPUS is not set; it names the folder with featured.ndjson.gz and firehose.ndjson.gz.');
const folder = mkdtempSync(join(tmpdir(), 'broadsheet-bench-'));
// nginx's worker is another user.
chmodSync(folder, 0o755);
const children: ReturnType<typeof spawn>[] = [];
try {
  const host = await openHost(parseSettings({ BROADSHEET_LOG_LEVEL: 'silent' }, { dataDir: join(folder, 'data') }));
  await importFiles(
    host,
    ['featured', 'firehose'].map((name) => join(corpus, `${name}.ndjson.gz`)),
  );
  await host.close();
  const main = new URL('../../apps/cli/bin/broadsheet.mjs', import.meta.url).pathname;
  start(process.execPath, [main, 'serve', '--port', String(SITE_PORT), '--data', join(folder, 'data')], {
    BROADSHEET_PULL: 'false',
    BROADSHEET_LOG_LEVEL: 'silent',
  });
  const site = `http://127.0.0.1:${SITE_PORT}`;
  await until(`${site}/healthz`);
  // The search index is built in the background; it must be done before anything is timed.
  while (!(await (await fetch(`${site}/status`)).text()).includes('ready,')) await pause(500);

  const answer = execFileSync('curl', ['-s', '-H', 'Accept-Encoding: gzip', `${site}${PAGE}`]);
  const body = gunzipSync(answer);
  writeFileSync(join(folder, 'page.html'), body);
  writeFileSync(join(folder, 'page.html.gz'), answer);
  writeFileSync(
    join(folder, 'nginx.conf'),
    `worker_processes 1; daemon off; pid ${folder}/nginx.pid; error_log ${folder}/error.log; events { worker_connections 256; }
http { access_log off; default_type text/html; sendfile on; tcp_nopush on; keepalive_requests 1000000; server { listen 127.0.0.1:${NGINX_PORT}; root ${folder}; gzip_static always; } }`,
  );
  start('nginx', ['-c', join(folder, 'nginx.conf')]);
  const nginx = `http://127.0.0.1:${NGINX_PORT}`;
  await until(`${nginx}/page.html`);

  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    theirs.push(load(`${nginx}/page.html`).perSecond);
    ours.push(load(`${site}${PAGE}`).perSecond);
  }
  const ratios = ours.map((value, i) => value / theirs[i]);
  console.log(
    `cached feed page (${body.length} bytes, ${answer.length} gzipped), ${CONNECTIONS} connections: ours ${summary(ours, 0)} requests/s, nginx ${summary(theirs, 0)}, ratio ${summary(ratios)} (at least 0.25)`,
  );

  // A cookie makes a page its reader's own: the page cache is passed, whatever else is known is used.
  const own = script(
    'own',
    'request = function() n = n + 1; return wrk.format("GET", nil, {["Cookie"]="reader=" .. n, ["Accept-Encoding"]="gzip"}) end',
  );
  for (const path of ['/', PAGE, '/papers/new', '/papers/trending', '/papers/date/2025-09-30'])
    await report(`not from the page cache: ${path}`, path, own);
  // Nothing is known of a day's list when it is asked: some 600 days in turn, more than are kept.
  const everyDay = script(
    'every-day',
    'request = function() n = n + 1; return wrk.format("GET", os.date("!/papers/date/%Y-%m-%d", 1766966400 - (n % 600) * 86400), {["Cookie"]="reader=" .. n, ["Accept-Encoding"]="gzip"}) end',
  );
  await report('six hundred days in turn', '/', everyDay);
  // Every vote makes all that is kept outdated.
  const vote = `while :; do for on in true false; do curl -s -o /dev/null -X POST -H 'content-type: application/json' -d "{"paper":"2310.08513","on":$on}" ${site}/api/votes; sleep 0.2; done; done`;
  start('sh', ['-c', vote]);
  for (const path of ['/', '/papers/trending']) await report(`while five votes come a second: ${path}`, path, own);

  function script(name: string, request: string): string {
    const file = join(folder, `${name}.lua`);
    const done = 'done = function(s, l) io.write(string.format("p95 %.2f\\n", l:percentile(95) / 1000)) end';
    writeFileSync(file, `local n = 0\n${request}\n${done}\n`);
    return file;
  }

  /** Also what a page costs in computing, which other work on the machine does not move. */
  async function report(what: string, path: string, lua: string): Promise<void> {
    const before = await cpuSeconds();
    const rounds = Array.from({ length: ROUNDS }, () => load(`${site}${path}`, ['-s', lua]));
    const pages = rounds.reduce((sum, round) => sum + round.perSecond * SECONDS, 0);
    const cpuMs = (((await cpuSeconds()) - before) / pages) * 1000;
    const p95s = rounds.map((r) => r.p95Ms);
    const rates = rounds.map((r) => r.perSecond);
    console.log(
      `${what}, ${CONNECTIONS} connections: p95 ${summary(p95s, 0)} ms (at most 50), ${summary(rates, 0)} pages/s, ${cpuMs.toFixed(2)} ms of computing each`,
    );
  }

  async function cpuSeconds(): Promise<number> {
    const metrics = await (await fetch(`${site}/metrics`)).text();
    return Number(/^process_cpu_seconds_total ([\d.]+)/m.exec(metrics)?.[1]);
  }

  const staticFolder = new URL('../../apps/site/static/', import.meta.url).pathname;
  const scripts = readdirSync(staticFolder).filter((name) => name.endsWith('.js') && name !== 'service-worker.js');
  const weight = scripts.reduce((sum, name) => sum + gzipSync(readFileSync(join(staticFolder, name))).length, 0);
  for (const path of ['/', '/papers/2310.08513']) {
    const html = execFileSync('curl', ['-s', `${site}${path}`], { encoding: 'utf8' });
    const loaded = [...html.matchAll(/<script[^>]+src="([^"]+)"/g)].map((m) => m[1]);
    console.log(
      `${path} loads ${loaded.join(', ')}: ${(weight / 1024).toFixed(1)} kB of JavaScript gzipped (at most ${path === '/' ? 20 : 25})`,
    );
  }
} finally {
  for (const child of children) child.kill();
  rmSync(folder, { recursive: true, force: true });
}

function start(program: string, args: string[], env: Record<string, string> = {}): void {
  children.push(spawn(program, args, { stdio: 'ignore', env: { ...process.env, ...env } }));
}

function load(url: string, more: string[] = []): { perSecond: number; p95Ms: number } {
  const { stdout, stderr } = spawnSync(
    'wrk',
    ['-t1', `-c${CONNECTIONS}`, `-d${SECONDS}s`, '-H', 'Accept-Encoding: gzip', ...more, url],
    { encoding: 'utf8' },
  );
  const perSecond = /Requests\/sec:\s+([\d.]+)/.exec(stdout);
  if (!perSecond) throw new Error(`wrk said nothing of use for ${url}: ${stdout}${stderr}`);
  if (/Non-2xx/.test(stdout)) throw new Error(`some answers of ${url} were no pages: ${stdout}`);
  return { perSecond: Number(perSecond[1]), p95Ms: Number(/p95 ([\d.]+)/.exec(stdout)?.[1] ?? Number.NaN) };
}

async function until(url: string): Promise<void> {
  for (let i = 0; i < 200; i++) {
    if (
      await fetch(url).then(
        (r) => r.ok,
        () => false,
      )
    )
      return;
    await pause(100);
  }
  throw new Error(`${url} did not come up`);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
