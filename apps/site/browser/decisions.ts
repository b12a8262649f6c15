import { announce } from './announce.ts';
import { putInPlace } from './in-place.ts';
import { eventsOf } from './server-events.ts';

const LOOK_AGAIN_MS = 1_500;

/** A decision's session: answers appear as they are written and can be stopped; long work shows how far it is. */
export function watchDecisions(): void {
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !form.dataset.say) return;
    event.preventDefault();
    if (!form.hasAttribute('aria-busy')) void say(form, form.dataset.say);
  });
  if (document.querySelector('[data-working]')) void follow();
}

async function say(form: HTMLFormElement, address: string): Promise<void> {
  const body = new FormData(form);
  const stop = new AbortController();
  form.setAttribute('aria-busy', 'true');
  const turn = showTurn(form, String(body.get('text') ?? ''));
  // The next question can be written meanwhile.
  for (const field of form.querySelectorAll('textarea')) field.value = '';
  const button = stopButton(form, () => stop.abort());
  let refused: string | undefined;
  try {
    const response = await fetch(address, { method: 'POST', body, signal: stop.signal });
    if (!response.ok || !response.body) throw new Error(await reasonOf(response));
    for await (const { event, data } of eventsOf(response.body)) {
      if (event === 'token') turn.write((data as { text: string }).text);
      if (event === 'checking') {
        button.remove();
        turn.label('Model; its answer is being checked');
      }
      if (event === 'refused') refused = (data as { said: string }).said;
    }
  } catch (error) {
    refused = stop.signal.aborted ? 'You stopped it half-way.' : (error as Error).message;
  }
  // The answer that was stopped is written down as such in this moment.
  if (stop.signal.aborted) await pause(400);
  await refresh();
  if (refused) refuse(refused);
  announce(refused ?? 'The answer is there.');
  document.getElementById('say')?.focus();
}

/** What was asked and what is being answered, below the others. */
function showTurn(form: HTMLFormElement, asked: string) {
  const list = form.closest('section')?.querySelector('ol.chat');
  list?.setAttribute('aria-busy', 'true');
  const add = (role: string, who: string, text: string) => {
    const item = document.createElement('li');
    item.className = role;
    const label = document.createElement('p');
    label.className = 'label';
    label.textContent = who;
    const words = document.createElement('p');
    words.className = 'text';
    words.textContent = text;
    item.append(label, words);
    list?.append(item);
    return { label, words };
  };
  add('human', 'You', asked);
  const { label, words } = add('assistant', 'Model', '…');
  words.scrollIntoView({ block: 'nearest' });
  let isFirst = true;
  return {
    write(piece: string) {
      words.textContent = isFirst ? piece : words.textContent + piece;
      isFirst = false;
    },
    label(text: string) {
      label.textContent = text;
    },
  };
}

function stopButton(form: HTMLFormElement, stop: () => void): HTMLButtonElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'press';
  button.textContent = 'Stop';
  button.addEventListener('click', stop);
  form.querySelector('button')?.replaceWith(button);
  return button;
}

async function reasonOf(response: Response): Promise<string> {
  const problem: unknown = await response.json().catch(() => null);
  const detail = (problem as { detail?: unknown } | null)?.detail;
  return typeof detail === 'string' ? detail : 'The site refused it.';
}

function refuse(why: string): void {
  const said = document.createElement('p');
  said.className = 'said refused';
  said.setAttribute('role', 'alert');
  said.textContent = why;
  document.querySelector('#main h1')?.after(said);
}

/** Looks again while there is work in hand, and puts the page in anew once it has ended. */
async function follow(): Promise<void> {
  for (let working = document.querySelector('[data-working]'); working; ) {
    await pause(LOOK_AGAIN_MS);
    const response = await fetch(location.pathname, { headers: { accept: 'text/html' } }).catch(() => undefined);
    if (!response) continue;
    const page = new DOMParser().parseFromString(await response.text(), 'text/html');
    const fresh = page.querySelector('[data-working]');
    if (fresh) working.querySelector('p')?.replaceChildren(...(fresh.querySelector('p')?.childNodes ?? []));
    else {
      await refresh();
      announce('The model has finished.');
      working = document.querySelector('[data-working]');
    }
  }
}

/** The page as it is now, with what was typed into its forms and opened on it. */
async function refresh(): Promise<void> {
  const fields = [...document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>('#main input, #main textarea')];
  const typed = fields.filter((field) => field.value !== '' && field.value !== field.defaultValue && field.id);
  const kept = typed.map(({ id, value }) => ({ id, value }));
  const open = [...document.querySelectorAll('#main details[open] > summary')].map((summary) => summary.textContent);
  const main = await putInPlace(location.pathname).catch(() => undefined);
  if (!main) return;
  for (const { id, value } of kept) {
    const field = document.getElementById(id);
    if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) field.value = value;
  }
  for (const summary of main.querySelectorAll('details > summary'))
    if (open.includes(summary.textContent)) (summary.parentElement as HTMLDetailsElement).open = true;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
