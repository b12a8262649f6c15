import { announce } from './announce.ts';

/** Saves a paper of a list, or says "not this" to it, from the keyboard; pressed again, takes it back. */
export async function mark(paper: HTMLElement | undefined, what: 'save' | 'hide'): Promise<void> {
  const address = paper?.dataset.paper;
  if (!paper || !address) return;
  const on = !paper.hasAttribute(`data-${what}`);
  const body = new URLSearchParams({ paper: address.replace(/^\/papers\//, ''), [what]: on ? 'on' : 'off' });
  try {
    const headers = { accept: 'text/html' };
    const response = await fetch(`/library?/${what}`, { method: 'POST', body, headers, redirect: 'manual' });
    // Done is answered with a way back, and so is who has not signed in: only a look tells them apart.
    if (response.type !== 'opaqueredirect') throw new Error('The site refused it.');
    const isSignedOut = document.querySelector('a[href="/sign-in"]') !== null;
    if (isSignedOut) return location.assign(`/sign-in?next=${encodeURIComponent(location.pathname)}`);
    paper.toggleAttribute(`data-${what}`, on);
    announce(WORDS[what][on ? 0 : 1]);
  } catch {
    announce('That could not be stored; nothing was changed.');
  }
}

const WORDS = {
  save: ['Saved to your library.', 'Taken off your shelves.'],
  hide: ['Not this: it leaves your lists.', 'It stays in your lists.'],
};
