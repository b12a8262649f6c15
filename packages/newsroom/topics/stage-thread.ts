import { parentPort } from 'node:worker_threads';
import { houseEncoder } from '../search/encoders/house.ts';
import { type StageInput, textsOf, workStage } from './stage-work.ts';

// Computes one stage beside the thread that serves pages.
parentPort?.once('message', async (input: StageInput) => {
  const { encode } = await houseEncoder();
  const texts = textsOf(input);
  const vectors = await encode(texts);
  const of = new Map(texts.map((text, i) => [text, vectors[i]]));
  parentPort?.postMessage(workStage(input, (text) => of.get(text) ?? []));
});
