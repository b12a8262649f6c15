import type { PaperRecord } from '@broadsheet/newsroom/papers';

const NAMES = ['Almanac', 'Lantern', 'Plumb Line', 'Weir', 'Tessera', 'Quill', 'Ferry', 'Loom', 'Sextant', 'Orchard'];
const DEEDS = ['Counting', 'Mending', 'Following', 'Comparing', 'Unlearning', 'Repeating', 'Bounding', 'Sorting'];
const THINGS = [
  'What Small Networks Forget Between Tasks',
  'Long Videos from Their First and Last Frames',
  'the Weights That Ten Seeds Agree On',
  'Maps of Rivers Seen Only from the Bank',
  'Proofs That a Reader Can Check by Hand',
  'Speech in Rooms with Bad Echoes',
  'Errors of Measurement in Crowded Benchmarks',
  'Answers That Were Right for the Wrong Reason',
];
const FOUND = [
  'The simplest of the four methods wins in every setting but one.',
  'Half of the gain is gone once the comparison is given as many steps.',
  'It needs a tenth of the labels and loses less than a point.',
  'Two of three earlier results could be repeated; the third could not.',
];
const PEOPLE = ['Ada Löwe', 'Bo Chen', 'Chinwe Obi', 'Dagný Jónsdóttir', 'Ewa Nowak', 'Farid Haddad', 'Grace Kim'];
const HOUSES = ['Institute of Maps', 'Harbour University', 'Laboratory for Slow Computing'];

/** Papers of our own invention for one day: titles short and long, with and without code, organisation and abstract. */
export function specimens(count: number, day: string): PaperRecord[] {
  return Array.from({ length: count }, (_, i): PaperRecord => {
    const thing = THINGS[(i * 3) % THINGS.length];
    const deed = DEEDS[(i * 5) % DEEDS.length];
    const title = i % 3 === 1 ? `${deed} ${thing}` : `${NAMES[i % NAMES.length]}: ${deed} ${thing}`;
    const found = FOUND[(i * 7) % FOUND.length];
    return {
      source: 'huggingface',
      arxivId: `2601.${String(i + 1).padStart(5, '0')}`,
      title: i % 11 === 0 ? `${title} in $O(n \\log n)$ Steps` : title,
      abstract:
        i % 7 === 6
          ? undefined
          : `We look at ${deed.toLowerCase()} ${thing[0].toLowerCase()}${thing.slice(1)}, with the same budget for each method. ${found} All measurements were made on ten seeds, and the code that made them is kept beside the text.`,
      authors: Array.from({ length: 1 + ((i * 5) % 19) }, (_, n) => PEOPLE[(i + n) % PEOPLE.length]),
      categories: [i % 2 === 0 ? 'cs.LG' : 'cs.CL', ...(i % 4 === 0 ? ['stat.ML'] : [])],
      publishedAt: Date.parse(day) - 2 * 86_400_000,
      version: 1,
      organization: i % 2 === 0 ? HOUSES[i % HOUSES.length] : undefined,
      repository: i % 3 === 0 ? `harbour/specimen-${i}` : undefined,
      feature: { day, by: 'source' },
      counts: [
        {
          votes: Math.max(0, Math.round(143 / (1 + i / 6)) - 1),
          comments: i % 5,
          asOf: 1,
          ...(i % 3 === 0 ? { stars: 1 + ((i * 37) % 900) } : {}),
        },
      ],
    };
  });
}
