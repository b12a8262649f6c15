import type { Draw, World } from './world.ts';

/** A small fund may drop an unfashionable line of work. A system that always says stop must lose here. */
export function lanternfish(draw: Draw): World {
  const years = draw.number(4, 9);
  const share = draw.number(15, 35);
  const second = draw.wording === 1;
  return {
    vignette: 'lanternfish',
    variant: draw.variant,
    lean: 'wait',
    frozen: {
      version: 1,
      statement: second
        ? `Does the fund go on with the Lanternfish line, ${share} % of its money?`
        : `Should the fund keep the Lanternfish line, which holds ${share} % of its money?`,
      options: [
        { id: 'go', text: 'A bounded go: one more year, half the money, named milestones' },
        { id: 'pilot', text: 'A review by others before anything is decided' },
        { id: 'wait', text: 'Drop the line' },
      ],
      constraints: [
        { id: 'C1', text: `No more than ${share} % of the fund` },
        { id: 'C2', text: 'A decision this quarter' },
      ],
      killCriteria: [{ id: 'K1', observable: 'milestones met', threshold: 'fewer than two of three', by: 'month 12' }],
    },
    evidence: [
      {
        id: 'E1',
        title: 'Lanternfish: what became of the first company',
        source: 'article',
        direction: 'against',
        turn: 0,
        text: second
          ? `The first company that tried the old method closed after ${years} years, and the press has called the method dead since.`
          : `${years} years went into the first attempt before it was closed; newspapers now use its name as a joke.`,
      },
      {
        id: 'E2',
        title: 'Two replications of the old method',
        source: 'reports',
        direction: 'for',
        turn: 2,
        text: second
          ? 'A group in the north and one in the south have repeated the effect with their own instruments and money.'
          : 'Independent laboratories, two of them, found the effect again; neither knew of the other before printing.',
      },
      {
        id: 'E3',
        title: 'Why the first company failed',
        source: 'note',
        direction: 'neutral',
        turn: 4,
        text: second
          ? 'Its only supplier of the coating went out of business; nobody else could make it then. Today three firms do.'
          : 'The coating came from one firm, which burned down. It can be bought from several makers now.',
      },
    ],
    choices: [
      {
        id: 'l.repl',
        question: 'How many independent replications are in the store?',
        options: ['Two', 'None'],
        right: 'A',
      },
      { id: 'l.cause', question: 'Can the cause of the first failure be removed?', options: ['Yes', 'No'], right: 'A' },
      {
        id: 'l.press',
        question: 'Is the tone of the press evidence about the effect?',
        options: ['Yes', 'No'],
        right: 'B',
      },
      { id: 'l.bound', question: 'Does the bounded go limit what can be lost?', options: ['Yes', 'No'], right: 'A' },
      { id: 'l.know', question: 'Did the replicating groups know of each other?', options: ['Yes', 'No'], right: 'B' },
      {
        id: 'l.supply',
        question: 'Can the coating be bought from one maker only?',
        options: ['Yes', 'No'],
        right: 'B',
      },
    ],
    answerable: [
      { id: 'l.p1', question: 'How likely is an effect that two groups found alone to be real?', p: 0.85 },
      { id: 'l.p2', question: 'How likely is the same supply failure today?', p: 0.12 },
      { id: 'l.p3', question: 'How likely is it that the fund survives losing half of this line?', p: 0.9 },
      { id: 'l.p4', question: 'How likely is a sneering article to be based on the replications?', p: 0.15 },
      {
        id: 'l.p5',
        question: 'How likely are two of three named milestones in a year, if the effect is real?',
        p: 0.77,
      },
      { id: 'l.p6', question: 'How likely is it that a review takes longer than the quarter?', p: 0.8 },
    ],
    unanswerable: [
      { id: 'l.u1', question: 'What will the press write in twelve years?' },
      { id: 'l.u2', question: 'What would the founder have done?' },
    ],
    stakeholders: [
      {
        name: 'The fund’s small investors',
        impacts: ['go', 'pilot', 'wait'].map((optionId) => ({ optionId, severity: optionId === 'go' ? 1 : 0 })),
        hasUpside: true,
      },
      {
        name: 'The laboratory that works on it',
        impacts: ['go', 'pilot', 'wait'].map((optionId) => ({ optionId, severity: optionId === 'wait' ? 3 : 0 })),
        hasUpside: true,
      },
    ],
  };
}
