import {
  compile,
  type ExecutorName,
  nn,
  np,
  type Tensor,
  type TracedArray,
  valueAndGrad,
  zeros,
} from '@broadsheet/engine';

/** The loss of a batch of pairs, and which way each sum of vectors should go. */
export interface Contrast {
  loss: number;
  /** [batch, dimensions] */
  left: Float32Array;
  right: Float32Array;
}

/**
 * Compiles the contrast of pairs for training: each text must find its partner among all partners of the batch, in both
 * directions (InfoNCE, van den Oord et al. 2018, eq. 4, symmetric as in CLIP). Only this is traced: the look-ups around
 * it touch a few rows of a large table, and are done where they lie.
 */
export async function compileContrast(
  { batch, dimensions, temperature }: { batch: number; dimensions: number; temperature: number },
  { executor, threads }: { executor: ExecutorName; threads?: number },
): Promise<{ of(left: Float32Array, right: Float32Array): Promise<Contrast>; dispose(): Promise<void> }> {
  const unit = (x: TracedArray) => {
    const length = np.sqrt(np.sum(x.ref.mul(x.ref), 1, { keepdims: true }).add(1e-12));
    return x.div(length);
  };
  const loss = (left: TracedArray, right: TracedArray) => {
    const similarity = np.matmul(unit(left), np.transpose(unit(right))).div(temperature); // [batch, batch]
    const partner = np.eye(batch);
    const rows = nn.logSoftmax(similarity.ref, 1).mul(partner.ref).sum();
    const columns = nn.logSoftmax(similarity, 0).mul(partner).sum();
    return rows.add(columns).mul(-0.5 / batch);
  };
  const example = zeros([batch, dimensions]);
  const program = await compile(
    (left: TracedArray, right: TracedArray) => {
      const [value, [toLeft, toRight]] = valueAndGrad(loss, { argnums: [0, 1] })(left, right);
      return { value, toLeft, toRight };
    },
    [example, example],
    { executor, threads, name: 'contrast' },
  );
  const tensorOf = (data: Float32Array): Tensor => ({ ...example, data });
  return {
    of: async (left, right) => {
      const { value, toLeft, toRight } = (await program.run(tensorOf(left), tensorOf(right))) as Record<string, Tensor>;
      return { loss: value.data[0] as number, left: toLeft.data as Float32Array, right: toRight.data as Float32Array };
    },
    dispose: () => program.dispose(),
  };
}
