import { localReader } from '@broadsheet/newsroom/accounts';
import {
  confirmHolding,
  type DecisionState,
  measureBaseline,
  readDecision,
  runStages,
  startDecisionWorker,
} from '@broadsheet/newsroom/decisions';
import { addLocalModel, scene, startFaultyModel } from '@broadsheet/newsroom/decisions/testing';
import { siteJobs } from '@broadsheet/newsroom/host';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { askOnce, checksOfLastTurn, press, untilIdle } from './decision-walk.ts';
import { browserPath, launch, startSite } from './site.ts';

/** Two faults at once, and by which checks each gives itself away; null where nothing can tell. */
const MIXTURES = [
  {
    faults: ['swap', 'exhausted'],
    // A fresh context would take away what has been forgotten.
    goOn: 'override',
    by: [/endpoint/, /canaries|anchors/],
    says: 'It fails in this chat and in a fresh one',
  },
  { faults: ['sycophant', 'confabulator'], goOn: 'fresh', by: [/flips|capitulation/, /citations|quotes/], says: null },
  { faults: ['nihilist', 'drifter'], goOn: 'fresh', by: [/nihilism/, /constraints/], says: null },
  {
    faults: ['contrarian', 'exhausted'],
    goOn: 'fresh',
    by: [null, /canaries|anchors/],
    says: 'It has lost the thread of this chat',
  },
] as const;
const MOST_TURNS = 9;
const never = new AbortController().signal;

describe.skipIf(!browserPath)(
  `two faults of a model at once${browserPath ? '' : ' (skipped: no Chromium; set CHROMIUM_PATH)'}`,
  () => {
    let site: Awaited<ReturnType<typeof startSite>>;
    let model: Awaited<ReturnType<typeof startFaultyModel>>;
    let browser: Browser;
    let page: Page;
    beforeAll(async () => {
      [site, browser, model] = await Promise.all([startSite(), launch(), startFaultyModel()]);
      await addLocalModel(site.host, model);
      await startDecisionWorker(site.host, await siteJobs(site.host), { pollMs: 50 });
      page = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
    });
    afterAll(async () => {
      await browser?.close();
      await site?.stop();
      await model?.close();
    });

    /** A live session with a model that has both; how one begins is walked in the tests of each. */
    async function live(faults: readonly string[]): Promise<DecisionState> {
      const { actor, initialised } = scene(site.host, (await localReader(site.host)).id);
      const begun = await initialised({ endpoint: 'local' });
      model.be(faults, begun);
      const measured = await measureBaseline(site.host, begun, never);
      return confirmHolding(site.host, await runStages(site.host, measured, never), actor, never);
    }

    const stopped = () => page.getByRole('alert', { name: 'Stopped' });
    const isStopped = () => page.getByRole('heading', { name: 'Stopped' }).isVisible();

    /** Whether nothing is asked of the model any more on account of the last answer, or it has been stopped. */
    async function isChecked(id: string): Promise<boolean> {
      if ((await checksOfLastTurn(site.host, id)) >= 2) return true;
      return (await readDecision(site.host.database.db, id))?.machine.phase === 'suspended';
    }

    /** One turn; after an alarm the same model goes on, and is looked at. @returns what the page says */
    async function turn(id: string, n: number, goOn: 'fresh' | 'override'): Promise<string> {
      if (!(await isStopped())) await askOnce(page, `What of point ${n}?`);
      // What an answer is checked by is not waited for by the page.
      await expect.poll(() => isChecked(id), { timeout: 30_000 }).toBe(true);
      await page.goto(`${site.url}/decisions/${id}`);
      await untilIdle(page);
      if (!(await isStopped())) return '';
      const said = (await stopped().textContent()) ?? '';
      if (goOn === 'fresh') await press(page, 'Start a fresh context');
      else {
        await page.getByText('Go on in spite of it').click();
        await page.getByLabel('printed on page one').fill('To see what else is wrong.');
        await press(page, 'Override');
      }
      await untilIdle(page);
      if (goOn === 'fresh') await page.getByText('In place of that').waitFor();
      return said + ((await isStopped()) ? await stopped().textContent() : '');
    }

    test.for(MIXTURES)(
      '$faults.0 and $faults.1: each is named by a check of its own, or not at all',
      {
        timeout: 120_000,
      },
      async ({ faults, goOn, by, says }) => {
        const { id } = await live(faults);
        await page.goto(`${site.url}/decisions/${id}`);
        let told = '';
        for (let n = 1; n <= MOST_TURNS && !by.every((detector) => detector === null || detector.test(told)); n++)
          told += await turn(id, n, goOn);
        for (const detector of by) if (detector) expect(told).toMatch(detector);
        if (says) expect(told).toContain(says);
        const { alarms } = (await readDecision(site.host.database.db, id)) as DecisionState;
        // Nothing is said of a fault that no check has seen.
        for (const { detector } of alarms) expect(by.some((each) => each?.test(detector))).toBe(true);
      },
    );
  },
);
