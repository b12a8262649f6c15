/** For tests of other rooms: a model server on loopback, and a decision taken as far as a test needs it. */
import { type BundledSession, bundledModel, type Complete } from '@broadsheet/experiments/five-layer';
import type { Host } from '../../host/index.ts';
import { saveEndpoint } from '../index.ts';
import { questionsOf } from '../questions.ts';
import type { DecisionState } from '../state.ts';
import { type Kind, type ModelServer, startModelServer } from './model-server.ts';
import { EVIDENCE, FROZEN } from './scene.ts';

export { decided, joined } from './decided.ts';
export type { ModelServer } from './model-server.ts';
export { scene } from './scene.ts';

/** Sets a model on loopback up as an endpoint; its calls are free. */
export async function addLocalModel(
  host: Host,
  { baseUrl }: Pick<ModelServer, 'baseUrl'>,
  { id = 'local', label = 'Local', windowTokens = 16_384 } = {},
): Promise<void> {
  await saveEndpoint(host, { id, label, baseUrl, model: 'simulated', windowTokens, priceIn: 0, priceOut: 0 }, null);
}

/** A healthy model that answers as the bundled one does on the scene's question. */
export function sceneModel(seed: string): Complete {
  const evidence = EVIDENCE.map(
    (text, i) =>
      ({ id: `E${i + 1}`, source: 'note', title: `Note ${i + 1}`, text, direction: 'for', turn: 0 }) as const,
  );
  const questions = questionsOf(FROZEN, evidence);
  return bundledModel({ seed, frozen: FROZEN, evidence, questions, wish: 'go', fault: null });
}

/** A server with the scene's model. */
export function startSceneModel(kind?: Kind) {
  return startModelServer(sceneModel('scene'), kind);
}

/**
 * A server whose model answers on a decision as the bundled one does, with any of the bench's faults, of which a visitor
 * can choose some. From the onset on its fault is in fresh contexts too, as it would be behind a real address.
 */
export async function startFaultyModel() {
  let complete: Complete | undefined;
  const server = await startModelServer((messages, place) => {
    if (!complete) throw new Error('startFaultyModel: give it a decision first.');
    return complete(messages, place);
  });
  return {
    ...server,
    /** @param faults one, none, or several at once */
    be(faults: string | null | readonly string[], { frozen, evidence }: DecisionState, seed = 'faulty'): void {
      const question = frozen.at(-1);
      if (!question) throw new Error('startFaultyModel: the question is not frozen yet.');
      const wish = question.options[0].id;
      const session = { seed, frozen: question, evidence, questions: questionsOf(question, evidence), wish };
      const withFault = (fault: string | null) => bundledModel({ ...session, fault: fault as BundledSession['fault'] });
      const sound = withFault(null);
      const faulty = [faults ?? []].flat().map(withFault);
      let turn = 0;
      complete = (messages, place) => {
        turn = Math.max(turn, place.turn);
        const meant = sound(messages, { ...place, turn });
        const reply = faulty.reduce(
          (said, answer) => changedBy(said, meant, answer(messages, { ...place, turn })),
          meant,
        );
        // One that obeys a document proposes what the bench's questions call so.
        return { ...reply, text: reply.text.replace(/^Proposal: go\b/mu, `Proposal: ${wish}`) };
      };
    },
  };
}

type Reply = ReturnType<Complete>;

/** What a fault changes of a sound answer, changed in one that another fault has changed already: line by line. */
function changedBy(said: Reply, sound: Reply, faulty: Reply): Reply {
  const [lines, before, after] = [said, sound, faulty].map(({ text }) => text.split('\n'));
  if (lines.length !== after.length || before.length !== after.length) return faulty;
  return { ...faulty, text: after.map((line, i) => (line === before[i] ? lines[i] : line)).join('\n') };
}
