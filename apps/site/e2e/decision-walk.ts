import { readEvents } from '@broadsheet/newsroom/decisions';
import type { Host } from '@broadsheet/newsroom/host';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** Presses what leads to a page, and waits for that: what is looked for next may be on the one before too. */
export async function press(page: Page, name: string): Promise<void> {
  // Of several with one name the first: each of a list's rows has its own.
  const button = page.getByRole('button', { name, exact: true }).first();
  await Promise.all([page.waitForEvent('load'), button.click()]);
}

interface Beginning {
  /** Of the model that comes with the site. */
  readonly fault?: string;
  /** Another model, by its id. */
  readonly endpoint?: string;
  /** What challenges it and may take its place; without one, nothing does. */
  readonly second?: string;
  /** Evidence beside the usual two pieces. */
  readonly more?: readonly string[];
  /** Called before a model is asked anything. */
  readonly prepared?: (id: string) => Promise<void>;
  readonly look?: (page: Page, name: string) => Promise<void>;
}

/** From a paper's page to a live session. @returns the decision's id */
export async function begin(page: Page, url: string, given: Beginning): Promise<string> {
  const { fault = '', endpoint, second, more = [], prepared, look } = given;
  await page.goto(`${url}/papers/2601.00001`);
  await page.getByRole('link', { name: 'Decide on this' }).click();
  await page.getByLabel('Fault of the simulated model').selectOption(fault);
  if (endpoint) await page.getByLabel('Model that advises').selectOption(endpoint);
  if (second) await page.getByLabel('Second model').selectOption(second);
  await press(page, 'Begin');
  await look?.(page, 'decision-contract');
  await page.getByLabel('Who decides').fill('Ada');
  await press(page, 'Next: the question');
  await page.getByLabel('The question, in one sentence').fill('Do we draw our next maps by this method?');
  await page.getByLabel('What must hold whatever is chosen').fill('Two weeks at most without a map');
  await page.getByLabel('Observe').first().fill('wrong maps');
  await page.getByLabel('Threshold').first().fill('more than one in ten');
  await page.getByLabel('By', { exact: true }).first().fill('week 2');
  await look?.(page, 'decision-question');
  await press(page, 'Freeze the question');
  for (const field of await page.getByRole('spinbutton').all()) await field.fill('60');
  await press(page, 'Seal it');
  for (const text of [...EVIDENCE, ...more]) {
    await page.getByText('Add evidence').click();
    await page.getByLabel('Title').fill(text.slice(0, 30));
    await page.getByLabel('Where it is from').fill('a note of ours');
    await page.getByLabel('What it says, word for word').fill(text);
    await press(page, 'Add');
  }
  await page
    .getByLabel('One a line')
    .fill('hope: we skip bad news\nhaste: we name the date\nsunk cost: we speak of the money');
  await press(page, 'Keep them');
  const id = new URL(page.url()).pathname.split('/')[2];
  await prepared?.(id);
  await press(page, 'Measure the model');
  await untilIdle(page);
  await look?.(page, 'decision-calibration');
  await press(page, 'Run the stages');
  await untilIdle(page);
  await press(page, 'Begin the session');
  await untilIdle(page);
  await page.getByLabel('What do you want to know').waitFor({ timeout: 30_000 });
  return id;
}

/** One question. With a script the answer comes in place, without one as a page. */
export async function askOnce(page: Page, text: string): Promise<void> {
  await page.getByLabel('What do you want to know').fill(text);
  await page.getByRole('button', { name: 'Ask', exact: true }).click();
  await page.waitForLoadState();
  await expect.poll(() => page.locator('form[aria-busy]').count(), { timeout: 20_000 }).toBe(0);
}

/** Asks until the session is stopped. */
export async function askUntilStopped(page: Page, most = 9): Promise<void> {
  for (let turn = 1; turn <= most; turn++) {
    await askOnce(page, `What of point ${turn}?`);
    if (await page.getByRole('heading', { name: 'Stopped' }).isVisible()) return;
  }
  throw new Error(`nothing stopped the session in ${most} turns`);
}

/** Work that takes a busy machine longer than a moment; without a script the page is looked at again. */
export async function untilIdle(page: Page): Promise<void> {
  const isWorking = async () => (await page.locator('[data-working]').count()) > 0;
  if (!(await isWorking())) return;
  const address = page.url();
  await expect.poll(async () => (await page.goto(address)) && (await isWorking()), { timeout: 30_000 }).toBe(false);
}

/** What a decision needs before it is signed. */
export async function getReady(page: Page): Promise<void> {
  for (let answered = 0; answered < 3; answered++) {
    await untilIdle(page);
    // Some came by themselves.
    if ((await page.getByLabel('Your answer').count()) === 0) await press(page, 'Ask for a challenge');
    await untilIdle(page);
    await page.getByLabel('Your answer').fill('Seen, and it is in the notes.');
    await page.getByRole('checkbox', { name: 'E1' }).check();
    await press(page, 'Rebut it with the evidence');
  }
  await page.getByText('Add somebody').click();
  await page.getByLabel('Name').fill('Readers of the maps');
  for (const harm of await page.getByLabel('Harm').all()) await harm.selectOption('slight');
  await page.getByLabel('They gain something too').check();
  await press(page, 'Keep it');
  for (const field of await page.getByLabel(/in per cent/).all()) await field.fill('55');
  await press(page, 'Write it down');
  await press(page, 'Ready to decide');
  await untilIdle(page);
}

export async function sign(page: Page): Promise<void> {
  await page.getByLabel('We choose').selectOption({ label: 'Try it for two weeks on our own data' });
  await page.getByLabel('Because').fill('It is cheap and tells us most.');
  await page.getByLabel('Looked at again on').fill('2026-03-01');
  await press(page, 'Sign');
  await page.getByRole('heading', { name: 'Try it for two weeks' }).waitFor();
}

const EVIDENCE = [
  'The method was tried on four regions and drew each of them in one day. The authors give the time for every region in a table. Two of the regions were chosen by others.',
  'Two readers have repeated it with the code that was released. One of them drew the same maps on a new machine. The other got maps with holes on an older one.',
];

/**
 * How often the last answer was looked at: from twice on nothing is asked of the model any more on its account. Infinity
 * before the first.
 */
export async function checksOfLastTurn(host: Host, id: string): Promise<number> {
  const types = (await readEvents(host.database.db, id)).map(({ type }) => type);
  const last = types.lastIndexOf('turn');
  return last < 0 ? Number.POSITIVE_INFINITY : types.slice(last).filter((type) => type === 'checked').length;
}
