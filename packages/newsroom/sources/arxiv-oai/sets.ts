/** Archives that are groups of their own; every other archive belongs to physics. */
const GROUPS = new Set(['cs', 'econ', 'eess', 'math', 'q-bio', 'q-fin', 'stat']);

/** The set of a category: cs.AI is `cs:cs:AI`, hep-th `physics:hep-th`, astro-ph.GA `physics:astro-ph:GA`, cs alone `cs`. */
export function setOfCategory(category: string): string {
  const [archive, subject] = category.split('.');
  const group = GROUPS.has(archive) ? archive : 'physics';
  if (subject) return `${group}:${archive}:${subject}`;
  return archive === group ? group : `${group}:${archive}`;
}
