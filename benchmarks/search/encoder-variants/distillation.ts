import { readFileSync } from 'node:fs';
import {
  compile,
  type ExecutorName,
  nn,
  np,
  type Tensor,
  type TracedArray,
  tensor,
  valueAndGrad,
  zeros,
} from '../../../packages/engine/index.ts';

/** Texts that a teacher has vectors of: of some papers the title and the first sentence of the abstract. */
export interface Teacher {
  /** The papers' places among those that are learned from. */
  papers: number[];
  dimensions: number;
  /** [papers · 2, dimensions] */
  vectors: Float32Array;
}

export const USE_DIMENSIONS = 512;
/** One paper in so many is one of the teacher’s. */
export const TAUGHT_EVERY = 3;
/** Of teacher and student alike, that of the contrast; ours, not tuned. */
const TEMPERATURE = 0.05;

/** What `teacher.ts` has written, as far as it has come. */
export function readTeacher(file: string, placeOf: (taught: number) => number): Teacher {
  const { buffer, byteOffset, byteLength } = readFileSync(file);
  const whole = Math.floor(byteLength / (2 * USE_DIMENSIONS * 4));
  const vectors = new Float32Array(buffer.slice(byteOffset, byteOffset + whole * 2 * USE_DIMENSIONS * 4));
  return { papers: Array.from({ length: whole }, (_, taught) => placeOf(taught)), dimensions: USE_DIMENSIONS, vectors };
}

/**
 * How far a student is from its teacher about who is near whom: for each text the Kullback–Leibler divergence of the
 * student's softmax over cosines with all others of a batch from the teacher's (relational distillation, Park et al. 2019,
 * with the softmax of Hinton et al. 2015).
 */
export async function compileDistillation(
  { texts, dimensions }: { texts: number; dimensions: number },
  { executor, threads }: { executor: ExecutorName; threads?: number },
) {
  const cosines = (x: TracedArray) => {
    const unit = x.ref.div(np.sqrt(np.sum(x.ref.mul(x), 1, { keepdims: true }).add(1e-12)));
    // Nobody is compared with itself.
    return np.matmul(unit.ref, np.transpose(unit)).div(TEMPERATURE).sub(np.eye(texts).mul(1e4));
  };
  const loss = (student: TracedArray, teacher: TracedArray) => {
    const wanted = cosines(teacher);
    const share = nn.softmax(wanted.ref, 1);
    return share.ref
      .mul(nn.logSoftmax(wanted, 1).sub(nn.logSoftmax(cosines(student), 1)))
      .sum()
      .div(texts);
  };
  const examples: [Tensor, Tensor] = [zeros([texts, dimensions]), zeros([texts, USE_DIMENSIONS])];
  const program = await compile(
    (student: TracedArray, teacher: TracedArray) => {
      const [value, toStudent] = valueAndGrad(loss)(student, teacher);
      return { value, toStudent };
    },
    examples,
    { executor, threads, name: 'distillation' },
  );
  return {
    of: async (student: Float32Array, teacher: Float32Array) => {
      const result = (await program.run(
        tensor(student, [texts, dimensions]),
        tensor(teacher, [texts, USE_DIMENSIONS]),
      )) as Record<string, Tensor>;
      return { loss: result.value.data[0] as number, toStudent: result.toStudent.data as Float32Array };
    },
  };
}
