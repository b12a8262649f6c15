/** What is said of a vote that is kept and does not count now; undefined for one that does. */
export function noteOf(standing: 'waiting' | 'held' | undefined): string | undefined {
  if (standing === 'waiting') return 'Kept: it counts once your address is confirmed, on your account page.';
  if (standing === 'held') return 'Kept: many new accounts voted for this paper at once, so an editor looks first.';
  return undefined;
}
