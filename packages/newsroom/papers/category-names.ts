/** Categories that arXiv runs under two names; a paper often comes with one of them alone. */
const PAIRS = [
  ['math.NA', 'cs.NA'],
  ['eess.SY', 'cs.SY'],
  ['cs.IT', 'math.IT'],
  ['math-ph', 'math.MP'],
  ['econ.GN', 'q-fin.EC'],
  ['stat.TH', 'math.ST'],
] as const;

const OTHER_NAME = new Map<string, string>(PAIRS.flatMap(([a, b]) => [[a, b] as const, [b, a] as const]));

/** Every name under which a paper of these categories is to be found. */
export function allNames(categories: string[]): string[] {
  return [...new Set(categories.flatMap((category) => [category, OTHER_NAME.get(category) ?? category]))];
}
