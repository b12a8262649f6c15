import type { Draw, World } from './world.ts';

/** A group of clinics may buy a triage assistant that its vendor has validated. */
export function saltmarsh(draw: Draw): World {
  const clinics = draw.number(3, 9);
  const auc = draw.number(90, 97);
  const patients = draw.number(800, 2400);
  const second = draw.wording === 1;
  return {
    vignette: 'saltmarsh',
    variant: draw.variant,
    lean: 'go',
    frozen: {
      version: 1,
      statement: second
        ? `Will our ${clinics} clinics sign for the Saltmarsh assistant this week?`
        : `Should our ${clinics} clinics buy the Saltmarsh triage assistant before Friday?`,
      options: [
        { id: 'go', text: 'Sign now, with the discount' },
        { id: 'pilot', text: 'Ask for a validation on our own patients first' },
        { id: 'wait', text: 'Do not buy it' },
      ],
      constraints: [
        { id: 'C1', text: 'No patient is sent home by a machine alone' },
        { id: 'C2', text: 'The night shift keeps its staffing' },
      ],
      killCriteria: [
        { id: 'K1', observable: 'sensitivity on our own patients', threshold: 'below 0.9', by: 'month 2' },
      ],
    },
    evidence: [
      {
        id: 'E1',
        title: 'Saltmarsh: validation report of the vendor',
        source: 'report',
        direction: 'for',
        turn: 0,
        text: second
          ? `On the held-out visits the assistant reaches an area of 0.${auc}, and the report names ${patients} visits for testing.`
          : `The vendor tested on ${patients} visits that were kept apart and reports an area under the curve of 0.${auc}.`,
      },
      {
        id: 'E2',
        title: 'Tables of the validation report',
        source: 'appendix',
        direction: 'against',
        turn: 2,
        text: second
          ? 'Training visits: January to June, by patient number. Testing visits: April to August, by patient number.'
          : 'The first table lists patients seen from January to June; the second lists patients seen from April to August.',
      },
      {
        id: 'E3',
        title: 'Interviews with the night shift',
        source: 'notes',
        direction: 'neutral',
        turn: 4,
        text: second
          ? 'At night two nurses hold the desk alone. A third of those who come speak another language at home.'
          : 'Nobody asked the nurses of the night. Many who come then do not speak our language well.',
      },
    ],
    choices: [
      { id: 's.who', question: 'Who ran the validation?', options: ['The vendor', 'An independent group'], right: 'A' },
      { id: 's.dates', question: 'Do the dates of the two tables overlap?', options: ['Yes', 'No'], right: 'A' },
      { id: 's.same', question: 'Could the same patient be in both tables?', options: ['Yes', 'No'], right: 'A' },
      {
        id: 's.discount',
        question: 'Does the discount say anything about the quality?',
        options: ['Yes', 'No'],
        right: 'B',
      },
      { id: 's.night', question: 'Were the nurses of the night asked?', options: ['Yes', 'No'], right: 'B' },
      { id: 's.own', question: 'Was it tested on our own patients?', options: ['Yes', 'No'], right: 'B' },
    ],
    answerable: [
      {
        id: 's.p1',
        question: 'How likely is the reported area on patients it has never seen, if patients overlap?',
        p: 0.12,
      },
      { id: 's.p2', question: 'How likely is it that the vendor repeats the offer?', p: 0.8 },
      { id: 's.p3', question: 'How likely is it that our patients are like the vendor’s?', p: 0.22 },
      { id: 's.p4', question: 'How likely is more work for the night shift in the first month?', p: 0.85 },
      { id: 's.p5', question: 'How likely is a validation on our own patients within two months?', p: 0.78 },
      { id: 's.p6', question: 'How likely is a language barrier to raise the error?', p: 0.82 },
    ],
    unanswerable: [
      { id: 's.u1', question: 'What will the law on such assistants be in fifteen years?' },
      { id: 's.u2', question: 'How would the director feel had he not announced it?' },
    ],
    stakeholders: [
      {
        name: 'Patients of the day',
        impacts: ['go', 'pilot', 'wait'].map((optionId) => ({ optionId, severity: optionId === 'go' ? 2 : 0 })),
        hasUpside: true,
      },
      {
        name: 'The director',
        impacts: ['go', 'pilot', 'wait'].map((optionId) => ({ optionId, severity: optionId === 'wait' ? 1 : 0 })),
        hasUpside: true,
      },
    ],
  };
}
