/**
 * Takes pictures of a decision's pages for the eye, on phones and desks, in light and dark; run by hand, in no test:
 *
 *   node apps/site/e2e/decision-pictures.ts FOLDER [NAME…]
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openSession } from '@broadsheet/newsroom/accounts';
import {
  addAssumption,
  type DecisionState,
  dissolveDecision,
  inputs,
  judgeAssumption,
  makeChallenge,
  reportCriterion,
  resolveChallenge,
  saveEndpoint,
  startDecisionWorker,
  watchTurn,
} from '@broadsheet/newsroom/decisions';
import { decided, scene, startSceneModel } from '@broadsheet/newsroom/decisions/testing';
import { siteJobs } from '@broadsheet/newsroom/host';
import { launch, startSiteWithAccounts } from './site.ts';

const [folder, ...only] = process.argv.slice(2);
if (!folder) {
  process.stderr.write(
    'decision-pictures: name the folder to write to: node apps/site/e2e/decision-pictures.ts FOLDER [NAME…]\n',
  );
  process.exit(2);
}
mkdirSync(folder, { recursive: true });
const site = await startSiteWithAccounts();
const { host } = site;
const { db } = host.database;
const person = async (name: string) => {
  const row = { kind: 'account', name, handle: name.toLowerCase(), role: 'reader', created_at: 1, confirmed_at: 1 };
  return (await db.insertInto('reader').values(row).returning('id').executeTakeFirstOrThrow()).id;
};
const [ada, bo] = [await person('Ada Löwe'), await person('Bo')];
const cookie = await openSession(db, ada, { way: 'mail', agent: 'pictures', now: host.now() });
// One that does not count its tokens: a session in degraded mode.
const model = await startSceneModel({ countsTokens: false });
const facts = { id: 'local', label: 'Local', model: 'simulated', windowTokens: 16_384, priceIn: 1, priceOut: 3 };
await saveEndpoint(host, { ...facts, baseUrl: model.baseUrl }, null);
await startDecisionWorker(host, await siteJobs(host), { pollMs: 50 });
const never = new AbortController().signal;
const { actor, initialised, live, say } = scene(host, ada);

let suspended = await live({ fault: 'sycophant' });
for (let turn = 1; turn <= 6 && suspended.machine.phase === 'active'; turn++) {
  suspended = await say(suspended, `Is building on it not simply right, point ${turn}?`);
  if (suspended.machine.phase === 'active') suspended = await watchTurn(host, suspended, never);
}
const calm = await watchTurn(
  host,
  await say(await live({ endpoint: 'local', budgetMoney: 5 }), 'What speaks for it?'),
  never,
);
let challenged = await watchTurn(host, await say(await live(), 'What speaks against it?'), never);
for (let i = 0; i < 2; i++) challenged = await makeChallenge(host, challenged, never);
const rebuttal = {
  id: 'challenge-1',
  as: 'rebutted',
  response: 'A pilot comes first; see there.',
  evidenceIds: ['E2'],
};
challenged = await resolveChallenge(host, challenged, actor, inputs.Resolve.parse(rebuttal));
const assumptions = [
  ['Our devices have the wide unit', 'a look at ten of them finds one without it'],
  ['The released code is the code of the paper', 'its numbers differ by more than a tenth'],
] as const;
for (const [text, breaksIf] of assumptions)
  challenged = await addAssumption(host, challenged, actor, inputs.AssumptionInput.parse({ text, breaksIf, p: 0.7 }));
const broken = { id: 'A1', status: 'broken', why: 'Two of ten were older.' };
challenged = await judgeAssumption(host, challenged, actor, inputs.JudgeAssumption.parse(broken));
const met = inputs.CriterionMet.parse({ id: 'K1', note: 'It was 1.4 times on ours.', evidenceIds: ['E2'] });
const proposed = await reportCriterion(host, await say(await live(), 'What did the run say?'), actor, met);
const given = {
  kind: 'direction',
  reason: 'It is met on our own data; the pilot stops.',
  reviewOn: '2026-03-01',
} as const;
const stopped = await dissolveDecision(host, await reportCriterion(host, await live(), actor, met), actor, given);
const measured = await initialised();
const record = await decided(host, ada, bo);
for (let i = 0; i < 22; i++) await decided(host, ada, bo, { outcome: i % 3 === 0 ? 0 : 1 });
const at = ({ id }: DecisionState) => `/decisions/${id}`;
const PAGES: [string, string][] = [
  ['list', '/decisions'],
  ['new', '/decisions/new?paper=2601.00001'],
  ['begin', at(measured)],
  ['session', at(calm)],
  ['alarm', at(suspended)],
  ['challenge', at(challenged)],
  ['proposal', at(proposed)],
  ['stopped', at(stopped)],
  ['stopped-record', `${at(stopped)}/record`],
  ['record', `${at(record)}/record`],
  ['erase', `${at(record)}/erase/3`],
  ['calibration', '/decisions/calibration'],
];
const browser = await launch();
for (const colorScheme of ['light', 'dark'] as const) {
  const context = await browser.newContext({ colorScheme });
  await context.addCookies([{ name: 'broadsheet-session', value: cookie, url: site.url }]);
  const page = await context.newPage();
  for (const [name, path] of PAGES) {
    if (only.length > 0 && !only.some((word) => name.includes(word))) continue;
    await page.goto(site.url + path);
    for (const width of [360, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      await page.screenshot({ path: join(folder, `decision-${name}-${width}-${colorScheme}.png`), fullPage: true });
    }
    if (name !== 'record' || colorScheme !== 'light') continue;
    await page.pdf({ path: join(folder, 'decision-record.pdf'), format: 'A4' });
  }
  await context.close();
}
await browser.close();
await site.stop();
await model.close();
