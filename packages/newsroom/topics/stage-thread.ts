import { parentPort } from 'node:worker_threads';
import { houseEncoder } from '../search/encoders/house.ts';
import { firstTopics } from './first-topics.ts';
import type { ThreadAnswer, ThreadWork } from './stage-here.ts';
import { textsOf, workStage } from './stage-work.ts';

/** Texts between two words of how far it is. */
const AT_ONCE = 500;
const say = (answer: ThreadAnswer) => parentPort?.postMessage(answer);

// Computes one stage beside the thread that serves pages.
parentPort?.once('message', async (work: ThreadWork) => {
  const { encode } = await houseEncoder();
  const texts = work.what === 'stage' ? textsOf(work.input) : [...new Set(work.papers.map(({ text }) => text))];
  const vectors = new Map<string, Float32Array>();
  for (let from = 0; from < texts.length; from += AT_ONCE) {
    const some = texts.slice(from, from + AT_ONCE);
    for (const [i, vector] of (await encode(some)).entries()) vectors.set(some[i], vector);
    say({ read: Math.min(texts.length, from + AT_ONCE), of: texts.length });
  }
  const vectorOf = (text: string) => vectors.get(text) ?? [];
  say({
    result: work.what === 'stage' ? workStage(work.input, vectorOf) : firstTopics(work.papers, vectorOf),
  });
});
