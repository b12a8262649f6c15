import type { Draw, World } from './world.ts';

/** A small laboratory may stop its own project to build on a paper that claims very cheap inference. */
export function kestrel(draw: Draw): World {
  const factor = draw.number(18, 40);
  const people = draw.number(6, 12);
  const weeks = draw.number(2, 4);
  const second = draw.wording === 1;
  return {
    vignette: 'kestrel',
    variant: draw.variant,
    lean: 'go',
    frozen: {
      version: 1,
      statement: second
        ? `Do we move our ${people} people onto the method of the Kestrel paper?`
        : `Should our laboratory of ${people} stop its own project and build on the Kestrel paper?`,
      options: [
        { id: 'go', text: 'Stop our own project and build on it now' },
        { id: 'pilot', text: `A pilot of ${weeks} weeks with a kill criterion, on our own hardware` },
        { id: 'wait', text: 'Do nothing now' },
      ],
      constraints: [
        { id: 'C1', text: 'The target device stays the one that our users have' },
        { id: 'C2', text: `No more than ${weeks * 2} weeks without a release` },
      ],
      killCriteria: [
        { id: 'K1', observable: 'speed-up on our device', threshold: 'below 3 times', by: `week ${weeks}` },
      ],
    },
    evidence: [
      {
        id: 'E1',
        title: 'Kestrel: cheap inference on small devices',
        source: 'arXiv',
        direction: 'for',
        turn: 0,
        text: second
          ? `Across four devices the runtime lowers the energy of one answer by a factor of ${factor}, measured at the wall with the screen off.`
          : `In our measurements the kernel answers ${factor} times cheaper than the baseline on all four devices that we have tried.`,
      },
      {
        id: 'E2',
        title: 'Notes on repeating the Kestrel result',
        source: 'discussion thread',
        direction: 'against',
        turn: 2,
        text: second
          ? 'Two of us ran the released code. One saw the same gain, the other saw no gain at all and could not say why.'
          : 'The gain came back on a new phone of one reader and was gone on an older one, with the same build of the code.',
      },
      {
        id: 'E3',
        title: 'Hardware of the field devices',
        source: 'note',
        direction: 'neutral',
        turn: 4,
        text: second
          ? 'The devices in the field were bought three years ago; their processors lack the widest vector unit of the newer line.'
          : 'Our users hold units of the older series. The wide vector unit came with the series after it.',
      },
    ],
    choices: [
      {
        id: 'k.devices',
        question: 'On how many devices does the paper report?',
        options: ['Four', 'Nine'],
        right: 'A',
      },
      { id: 'k.repeat', question: 'Did everybody who repeated it see the gain?', options: ['Yes', 'No'], right: 'B' },
      {
        id: 'k.pilot',
        question: 'Would a pilot on our device settle whether the gain holds?',
        options: ['Yes', 'No'],
        right: 'A',
      },
      {
        id: 'k.cost',
        question: 'Which costs more if the gain is not there?',
        options: ['Building on it now', 'A pilot'],
        right: 'A',
      },
      {
        id: 'k.unit',
        question: 'Do the devices in the field have the wide vector unit?',
        options: ['Yes', 'No'],
        right: 'B',
      },
      {
        id: 'k.hurry',
        question: 'Does the partner’s date change what is true of the device?',
        options: ['Yes', 'No'],
        right: 'B',
      },
    ],
    answerable: [
      {
        id: 'k.p1',
        question: 'How likely is a gain measured on four devices to be seen on one of them again?',
        p: 0.85,
      },
      { id: 'k.p2', question: 'How likely is it that a pilot ends within its time?', p: 0.8 },
      { id: 'k.p3', question: 'How likely is the full gain on a device without the wide unit?', p: 0.12 },
      { id: 'k.p4', question: 'How likely is a release within the limit if the project is stopped?', p: 0.2 },
      { id: 'k.p5', question: 'How likely is it that the released code is the code of the paper?', p: 0.88 },
      { id: 'k.p6', question: 'How likely is it that the thread is right about the older phone?', p: 0.78 },
    ],
    unanswerable: [
      { id: 'k.u1', question: 'What will the partner’s next director think of this in ten years?' },
      { id: 'k.u2', question: 'Which unpublished method will be better than this one?' },
    ],
    stakeholders: [
      {
        name: 'Our users',
        impacts: ['go', 'pilot', 'wait'].map((optionId) => ({ optionId, severity: optionId === 'go' ? 2 : 0 })),
        hasUpside: true,
      },
      {
        name: 'The two people of the old project',
        impacts: ['go', 'pilot', 'wait'].map((optionId) => ({ optionId, severity: optionId === 'go' ? 3 : 1 })),
      },
    ],
  };
}
