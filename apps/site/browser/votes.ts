import { announce } from './announce.ts';

/** Votes are sent in place: pending until the server has stored them, and taken back with a reason when it has not. */
export function watchVotes(): void {
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || form.dataset.enhance !== 'vote') return;
    event.preventDefault();
    const button = form.querySelector('button');
    if (button && !button.hasAttribute('data-pending')) void send(form, button);
  });
}

async function send(form: HTMLFormElement, button: HTMLButtonElement): Promise<void> {
  const on = button.value === 'on';
  const count = button.querySelector<HTMLElement>('[data-count]');
  const before = Number(count?.textContent ?? 0);
  show(button, on, before + (on ? 1 : -1));
  button.setAttribute('data-pending', '');
  form.querySelector('.refusal')?.remove();
  try {
    const body = new FormData(form);
    body.set('vote', on ? 'on' : 'off');
    const response = await fetch(form.action, { method: 'POST', body, headers: { accept: 'application/json' } });
    if (response.status === 401) {
      location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
      return;
    }
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.detail ?? 'The site refused it.');
    // A closed edition shows its printed counts; the reader's own step is all that moves there.
    const isCounted = answer.standing === undefined;
    show(button, answer.voted, before + (answer.voted === on && isCounted ? (on ? 1 : -1) : 0));
    if (answer.note) note(form, answer.note);
    else announce(answer.voted ? 'Your vote is counted.' : 'Your vote is taken back.');
  } catch (error) {
    show(button, !on, before);
    const reason =
      navigator.onLine && error instanceof Error && !(error instanceof TypeError)
        ? error.message
        : 'The site cannot be reached; nothing was counted.';
    note(form, reason);
  } finally {
    button.removeAttribute('data-pending');
  }
}

/** Says something beside the button, and to who does not see it. */
function note(form: HTMLFormElement, text: string): void {
  const said = document.createElement('p');
  said.className = 'refusal quiet';
  said.textContent = text;
  form.append(said);
  announce(text);
}

function show(button: HTMLButtonElement, voted: boolean, votes: number): void {
  button.value = voted ? 'off' : 'on';
  button.setAttribute('aria-pressed', String(voted));
  const sign = button.querySelector('.sign');
  const count = button.querySelector('[data-count]');
  if (sign) sign.textContent = voted ? '▲' : '△';
  if (count) count.textContent = String(votes);
}
