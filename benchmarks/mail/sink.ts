import { startSink } from '../../packages/newsroom/mail/testing/sink.ts';

// A mail server in a process of its own; counts letters by address and tells when asked.
const counts = new Map<string, number>();
let letters = 0;
const sink = await startSink({
  onLetter: ({ to }) => {
    letters += 1;
    counts.set(to, (counts.get(to) ?? 0) + 1);
    return undefined;
  },
});
process.on('message', (asked) => {
  // What arrived is not kept: a benchmark of another's memory must not fill ours.
  sink.received.length = 0;
  if (asked === 'count') process.send?.({ letters });
  else process.send?.({ letters, counts: Object.fromEntries(counts) });
});
process.send?.({ url: sink.url });
