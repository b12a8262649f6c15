interface Player {
  attach(root: HTMLElement): void;
  press(root: HTMLElement): void;
}

/** The player is a bundle of its own: no page pays for it until a reader reaches for a lab. */
const PLAYER = '/player/lab.js';

/**
 * Loads the player when a lab is pointed at or tabbed into, and runs on a press. A Run link in a paper's page brings the
 * lab into that page; without a script, or when that fails, it leads to the lab's own.
 */
export function watchLab(): void {
  const load = (): Promise<Player> => import(PLAYER);
  const prepare = (event: Event) => {
    const lab = event.target instanceof Element && event.target.closest<HTMLElement>('[data-lab]');
    if (lab)
      void load()
        .then((player) => player.attach(lab))
        .catch(() => undefined);
  };
  for (const kind of ['pointerover', 'focusin']) document.addEventListener(kind, prepare, { passive: true });
  document.addEventListener('click', (event) => {
    const run = event.target instanceof Element && event.target.closest<HTMLElement>('[data-run]');
    if (!run || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    void start(run, load).catch(() => {
      if (run instanceof HTMLAnchorElement) location.assign(run.href);
      else failed(run);
    });
  });
}

async function start(run: HTMLElement, load: () => Promise<Player>): Promise<void> {
  const here = run.closest<HTMLElement>('[data-lab]') ?? document.querySelector<HTMLElement>('[data-lab]');
  const [player, lab] = await Promise.all([load(), here ?? bring(run)]);
  player.press(lab);
  if (!here) lab.scrollIntoView({ block: 'start' });
}

/** Puts the lab of a Run link into this page. */
async function bring(run: HTMLElement): Promise<HTMLElement> {
  const place = document.querySelector('[data-lab-place]');
  if (!place || !(run instanceof HTMLAnchorElement)) throw new Error('there is no place for a lab in this page');
  const answer = await fetch(run.href, { headers: { accept: 'text/html' } });
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const lab = page.querySelector<HTMLElement>('[data-lab]');
  if (!answer.ok || !lab) throw new Error(`${run.href} answered ${answer.status}`);
  const styles = [...page.querySelectorAll<HTMLLinkElement>('link[rel="stylesheet"]')].filter(
    (link) => !document.querySelector(`link[href="${link.getAttribute('href')}"]`),
  );
  document.head.append(...styles);
  place.replaceChildren(lab);
  return lab;
}

function failed(run: HTMLElement): void {
  const line = run.closest('[data-lab]')?.querySelector('[data-status]');
  if (line) line.textContent = 'The script that runs it did not come; the site may be away. Nothing was begun.';
}
