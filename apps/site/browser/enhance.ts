// What JavaScript adds to reading pages: votes, comments and filters in place, single keys, copying, the theme switch, the offline batch.
import { watchComments } from './comments.ts';
import { watchDecisions } from './decisions.ts';
import { watchFilters } from './filters.ts';
import { watchKeys } from './keys.ts';
import { watchLab } from './lab.ts';
import { watchOffline } from './offline.ts';
import { watchIntent } from './prefetch.ts';
import { watchSearch } from './search.ts';
import { watchVotes } from './votes.ts';

watchVotes();
watchComments();
watchDecisions();
watchFilters();
watchKeys();
watchSearch();
watchLab();
watchOffline();
watchIntent();

for (const button of document.querySelectorAll<HTMLElement>('[data-theme-switch]')) {
  button.addEventListener('click', () => {
    const isDark = getComputedStyle(document.documentElement).colorScheme.includes('dark');
    const next = isDark ? 'light' : 'dark';
    document.documentElement.dataset.theme = next;
    localStorage.setItem('theme', next);
  });
}

// The hour of a subscription is one on the reader's own clock.
for (const field of document.querySelectorAll<HTMLInputElement>('input[data-zone]')) {
  field.value = Intl.DateTimeFormat().resolvedOptions().timeZone || field.value;
}

for (const button of document.querySelectorAll<HTMLElement>('[data-copy]')) {
  button.addEventListener('click', async () => {
    const text = document.getElementById(button.dataset.copy ?? '')?.textContent ?? '';
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = 'copied';
    } catch {
      button.textContent = 'select the text below';
    }
  });
}

if ('serviceWorker' in navigator) void navigator.serviceWorker.register('/service-worker.js').catch(() => undefined);
