/** j and k move, o opens, u votes, / searches, ? helps. Off where someone types, and wherever a reader switched them off. */
export function watchKeys(): void {
  const papers = [...document.querySelectorAll<HTMLElement>('[data-paper]')];
  let at = -1;
  const help = document.getElementById('help') as HTMLDialogElement | null;
  const toggle = help?.querySelector<HTMLInputElement>('[data-keys-switch]');
  if (toggle) {
    toggle.checked = areOn();
    toggle.addEventListener('change', () => localStorage.setItem('keys', toggle.checked ? 'on' : 'off'));
  }
  for (const button of document.querySelectorAll('[data-help]'))
    button.addEventListener('click', () => help?.showModal());

  const move = (to: number) => {
    if (papers.length === 0) return;
    papers[at]?.removeAttribute('data-current');
    at = Math.min(Math.max(to, 0), papers.length - 1);
    const paper = papers[at];
    paper.setAttribute('data-current', '');
    paper.querySelector<HTMLElement>('h1 a, h2 a, h3 a')?.focus({ preventScroll: true });
    paper.scrollIntoView({ block: 'nearest' });
  };
  const actions: Record<string, () => void> = {
    j: () => move(at + 1),
    k: () => move(at - 1),
    o: () => papers[at]?.querySelector<HTMLAnchorElement>('h2 a, h3 a')?.click(),
    u: () => (papers[at] ?? papers[0])?.querySelector<HTMLButtonElement>('form[data-enhance="vote"] button')?.click(),
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

function areOn(): boolean {
  try {
    return localStorage.getItem('keys') !== 'off';
  } catch {
    return true;
  }
}
