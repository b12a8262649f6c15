import { announce } from './announce.ts';

/** Comments are sent in place: the discussion is put in anew when it is stored; words that were refused stay where they are. */
export function watchComments(): void {
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || form.dataset.enhance !== 'comment') return;
    event.preventDefault();
    if (!form.hasAttribute('aria-busy')) void send(form, event.submitter);
  });
}

async function send(form: HTMLFormElement, submitter: HTMLElement | null): Promise<void> {
  form.setAttribute('aria-busy', 'true');
  form.querySelector('.refusal')?.remove();
  try {
    const body = new FormData(form, submitter);
    const response = await fetch(form.action, { method: 'POST', body, headers: { accept: 'text/html' } });
    const page = new DOMParser().parseFromString(await response.text(), 'text/html');
    if (response.redirected && new URL(response.url).pathname === '/sign-in') {
      location.assign(response.url);
      return;
    }
    const fresh = page.getElementById('discussion');
    if (response.ok && fresh) show(fresh);
    else refuse(form, page.querySelector('[role=alert], h1 + p')?.textContent ?? 'The site refused it.');
  } catch {
    refuse(form, 'The site cannot be reached; nothing was stored.');
  } finally {
    form.removeAttribute('aria-busy');
  }
}

/** Puts the discussion in, and goes to the comment that is new in it. */
function show(fresh: HTMLElement): void {
  const here = document.getElementById('discussion');
  const known = new Set([...(here?.querySelectorAll('.comment') ?? [])].map((comment) => comment.id));
  here?.replaceChildren(...fresh.childNodes);
  const added = [...(here?.querySelectorAll<HTMLElement>('.comment') ?? [])].find((comment) => !known.has(comment.id));
  if (added) {
    added.tabIndex = -1;
    added.focus({ preventScroll: true });
    added.scrollIntoView({ block: 'nearest' });
  }
  announce(added ? 'Your comment is there.' : 'Done.');
}

function refuse(form: HTMLFormElement, why: string): void {
  const said = document.createElement('p');
  said.className = 'refusal quiet';
  said.textContent = why;
  form.append(said);
  announce(why);
}
