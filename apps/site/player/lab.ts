// What turns the markup of a lab into a running one. Loaded when a reader reaches for it, never with the page.
import type { RunResult } from '@broadsheet/experiments';
import { sayDuration } from './drawing/numbers.ts';
import { readForm, showFaults, watchForm } from './form.ts';
import { runInBrowser, whyNotHere } from './in-browser.ts';
import { runOnServer } from './on-server.ts';
import type { RunHandle, RunListener } from './order.ts';
import { Session, tellReader } from './session.ts';
import type { LabFacts, RecordedVerdicts, ServerRuns, ShownRun } from './view/facts.ts';
import { figuresBlock } from './view/figures.ts';
import { addressOf, pointsCsv } from './view/links.ts';
import { outcomeBlock } from './view/outcome.ts';

interface PageData {
  readonly facts: LabFacts;
  readonly sourcesHash: string;
  readonly module?: string;
  readonly recorded?: RecordedVerdicts;
  readonly server: ServerRuns;
}

interface Lab {
  readonly root: HTMLElement;
  readonly form: HTMLFormElement;
  readonly button: HTMLButtonElement;
  readonly data: PageData;
  run?: RunHandle;
  result?: RunResult;
}

const labs = new WeakMap<HTMLElement, Lab>();

/** Takes over a lab's markup; twice does nothing. */
export function attach(root: HTMLElement): void {
  if (labs.has(root)) return;
  const form = root.querySelector<HTMLFormElement>('[data-lab-form]');
  const button = root.querySelector<HTMLButtonElement>('button[data-run]');
  const facts = root.querySelector('[data-lab-facts]')?.textContent;
  if (!form || !button || !facts) return;
  const lab: Lab = { root, form, button, data: JSON.parse(facts) };
  labs.set(root, lab);
  watchForm(form, lab.data.facts);
  offerWhatIsHere(lab);
  root.addEventListener('click', (event) => {
    const download = event.target instanceof Element && event.target.closest<HTMLElement>('[data-download]');
    if (download && lab.result) save(lab.result, download.dataset.download as 'json' | 'csv');
  });
}

/** Run where nothing runs, Stop where something does. */
export function press(root: HTMLElement): void {
  attach(root);
  const lab = labs.get(root);
  if (!lab) return;
  if (lab.run) lab.run.stop();
  else start(lab);
}

function offerWhatIsHere({ form, data }: Lab): void {
  const here = form.querySelector<HTMLInputElement>('[name="on"][value="browser"]');
  const why = whyNotHere();
  if (why && here) {
    here.disabled = true;
    const server = form.querySelector<HTMLInputElement>('[name="on"][value="server"]');
    if (server) server.checked = true;
    const next = data.server.isOn ? 'the server can run it' : 'the recorded run is shown';
    here.closest('label')?.insertAdjacentText('beforeend', ` – ${why}; ${next}.`);
  } else if (here) void offerGpu(here);
}

interface GpuAdapter {
  readonly info?: { readonly isFallbackAdapter?: boolean };
  /** Where older browsers say it. */
  readonly isFallbackAdapter?: boolean;
}

/** Browsers that know WebGPU may still have no GPU to offer. */
async function offerGpu(here: HTMLElement): Promise<void> {
  const { gpu } = navigator as { gpu?: { requestAdapter(): Promise<GpuAdapter | null> } };
  const adapter = await gpu?.requestAdapter().catch(() => null);
  // One that computes on the processor is a hundred times slower here than WebAssembly (docs/benchmarks.md).
  if (adapter && !(adapter.info?.isFallbackAdapter ?? adapter.isFallbackAdapter)) {
    const label = document.createElement('label');
    label.innerHTML =
      '<input type="radio" name="on" value="webgpu" data-where /> in this browser, on its GPU <span class="quiet">WebGPU</span>';
    here.closest('label')?.after(label);
  }
}

function start(lab: Lab): void {
  const { root, form, data } = lab;
  const read = readForm(form, data.facts, data.sourcesHash);
  if ('faults' in read) {
    showFaults(form, read.faults);
    say(lab, read.faults.map((fault) => fault.message).join(' '), 'failed');
    return;
  }
  showFaults(form, []);
  if (!read.onServer && form.querySelector<HTMLInputElement>('[name="on"][value="browser"]')?.disabled) {
    say(lab, `${whyNotHere()}, and this site runs none on its server. The recorded run is shown.`, 'failed');
    return;
  }
  for (const mark of ['lab-first-curve', 'lab-first-verdict', 'lab-done']) performance.clearMarks(mark);
  performance.mark('lab-press');
  makeRoom(lab);
  const session = new Session(root, data.facts);
  session.begin();
  setRunning(lab, true);
  say(lab, 'Starting.', 'running');
  tellReader(root, 'The run has begun.');
  const listener = listenerOf(lab, session);
  const order = { ...read.order, module: data.module };
  lab.run = (read.onServer ? runOnServer : runInBrowser)(order, listener);
}

function listenerOf(lab: Lab, session: Session): RunListener {
  return {
    onSaid: (words) => session.said(words),
    onLoading: (fraction) => session.loading(fraction),
    onBegin: () => session.begin(),
    onEvents: (events) => session.take(events),
    onTrouble(words) {
      session.said(words);
      tellReader(lab.root, words);
    },
    onDone(result, id) {
      setRunning(lab, false);
      lab.result = result;
      session.finish(result);
      const shown: ShownRun = { result, id, origin: id ? 'server' : 'browser', isStale: false };
      const place = lab.root.querySelector('[data-outcome]');
      if (place) place.innerHTML = outcomeBlock(lab.data.facts, shown, lab.data.recorded).text;
      keepAddress(lab, result, id);
      const words = endWords(result);
      say(lab, `${words} ${sayDuration(result.durationMs)} · ${result.executorDescription}`, 'done');
      tellReader(lab.root, words);
      performance.mark('lab-done');
    },
    onEnd(state, words) {
      setRunning(lab, false);
      session.draw(true);
      say(lab, words, state);
      tellReader(lab.root, words);
    },
  };
}

/** 'Done: 3 claims supported, 1 not supported.' */
function endWords(result: RunResult): string {
  const count = (word: string) => result.verdicts.filter((v) => v.verdict === word).length;
  const parts = ['supported', 'not supported', 'inconclusive']
    .filter((word) => count(word) > 0)
    .map((word) => `${count(word)} ${word}`);
  return parts.length > 0 ? `Done: ${parts.join(', ')}.` : 'Done; no claim is tested by this run.';
}

/** What was drawn before, the recorded run, moves below; the reader's own takes its place. */
function makeRoom({ root, data }: Lab): void {
  const figures = root.querySelector('[data-figures]');
  const block = root.querySelector<HTMLElement>('[data-recorded-block]');
  const below = block?.querySelector('[data-recorded-figures]');
  if (!figures || !block || !below) return;
  if (data.recorded && block.hidden) {
    below.replaceChildren(...figures.childNodes);
    const outcome = root.querySelector('[data-outcome]');
    if (outcome) below.append(...outcome.childNodes);
    block.hidden = false;
  }
  figures.innerHTML = figuresBlock(data.facts.figures, []).text;
  const outcome = root.querySelector('[data-outcome]');
  if (outcome) outcome.innerHTML = '';
}

/** The page's address becomes the one that runs this again; in the paper's own page it stays what it is. */
function keepAddress({ data }: Lab, result: RunResult, id: string | undefined): void {
  if (!location.pathname.endsWith('/lab')) return;
  history.replaceState(history.state, '', id ? `${location.pathname}?run=${id}` : addressOf(data.facts, result));
}

function setRunning(lab: Lab, isRunning: boolean): void {
  const { root, button } = lab;
  if (!isRunning) lab.run = undefined;
  button.textContent = isRunning ? 'Stop' : 'Run again';
  button.classList.toggle('stop', isRunning);
  root.toggleAttribute('data-running', isRunning);
  const bar = root.querySelector<HTMLProgressElement>('[data-progress]');
  if (bar) {
    bar.hidden = !isRunning;
    bar.value = 0;
  }
}

function say({ root }: Lab, words: string, state: 'running' | 'done' | 'failed' | 'stopped'): void {
  const line = root.querySelector<HTMLElement>('[data-status]');
  if (!line) return;
  line.textContent = words;
  line.dataset.state = state;
}

function save(result: RunResult, kind: 'json' | 'csv'): void {
  const text = kind === 'json' ? JSON.stringify(result, null, 1) : pointsCsv(result);
  const type = kind === 'json' ? 'application/json' : 'text/csv';
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = `${result.experiment}-${result.size}-${result.hash.slice(0, 8)}.${kind}`;
  link.click();
  URL.revokeObjectURL(link.href);
}
