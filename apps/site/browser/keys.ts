import { mark } from './library.ts';

/** j and k move, o opens, u votes, s saves, x is “not this”, / searches, ? helps. Off where someone types, and wherever a reader switched them off. */
export function watchKeys(): void {
  const help = document.getElementById('help') as HTMLDialogElement | null;
  const toggle = help?.querySelector<HTMLInputElement>('[data-keys-switch]');
  if (toggle) {
    toggle.checked = areOn();
    toggle.addEventListener('change', () => localStorage.setItem('keys', toggle.checked ? 'on' : 'off'));
  }
  for (const button of document.querySelectorAll('[data-help]'))
    button.addEventListener('click', () => help?.showModal());

  const move = (to: number) => {
    const { papers } = current();
    if (papers.length === 0) return;
    for (const paper of papers) paper.removeAttribute('data-current');
    const paper = papers[Math.min(Math.max(to, 0), papers.length - 1)];
    paper.setAttribute('data-current', '');
    paper.querySelector<HTMLElement>('h1 a, h2 a, h3 a')?.focus({ preventScroll: true });
    paper.scrollIntoView({ block: 'nearest' });
  };
  const actions: Record<string, () => void> = {
    j: () => move(current().at + 1),
    k: () => move(current().at - 1),
    o: () => current().paper?.querySelector<HTMLAnchorElement>('h2 a, h3 a')?.click(),
    u: () =>
      (current().paper ?? current().papers[0])
        ?.querySelector<HTMLButtonElement>('form[data-enhance="vote"] button')
        ?.click(),
    r: () => (current().paper ?? document).querySelector<HTMLElement>('[data-run]')?.click(),
    s: () => void mark(current().paper ?? current().papers[0], 'save'),
    x: () => void mark(current().paper ?? current().papers[0], 'hide'),
    '/': () => document.getElementById('search')?.focus(),
    '?': () => help?.showModal(),
  };
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !areOn() || help?.open) return;
    if (event.target instanceof Element && event.target.closest('input, textarea, select, [contenteditable]')) return;
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });
}

/** Read anew each time: filters put other papers into the page. */
function current() {
  const papers = [...document.querySelectorAll<HTMLElement>('[data-paper]')];
  const at = papers.findIndex((paper) => paper.hasAttribute('data-current'));
  return { papers, at, paper: papers[at] as HTMLElement | undefined };
}

function areOn(): boolean {
  try {
    return localStorage.getItem('keys') !== 'off';
  } catch {
    return true;
  }
}
