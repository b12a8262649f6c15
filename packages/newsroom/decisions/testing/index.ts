/** For tests of other rooms: a model server on loopback, and a decision taken as far as a test needs it. */
import { bundledModel } from '@broadsheet/experiments/five-layer';
import { questionsOf } from '../questions.ts';
import { startModelServer } from './model-server.ts';
import { EVIDENCE, FROZEN } from './scene.ts';

export { decided, joined } from './decided.ts';
export type { ModelServer } from './model-server.ts';
export { scene } from './scene.ts';

/** A server whose model answers as the bundled one does on the scene's question. */
export function startSceneModel() {
  const evidence = EVIDENCE.map(
    (text, i) =>
      ({ id: `E${i + 1}`, source: 'note', title: `Note ${i + 1}`, text, direction: 'for', turn: 0 }) as const,
  );
  const questions = questionsOf(FROZEN, evidence);
  return startModelServer(
    bundledModel({ seed: 'scene', frozen: FROZEN, evidence, questions, wish: 'go', fault: null }),
  );
}
