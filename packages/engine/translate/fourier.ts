import { type Rule, UntranslatableError } from './rule.ts';
import { materialise, plainView } from './view.ts';

/** Beyond this the two matrices of the transform take more than 32 MB; ours, decision 0401. */
const LONGEST = 2048;

/** The discrete Fourier transform along the last axis as products with matrices of cosines and sines. */
const fft: Rule = ({ graph, inputs, params }) => {
  const [real, imaginary] = inputs.map((view) => materialise(graph, view));
  const shape = inputs[0].shape;
  const n = shape[shape.length - 1];
  if (n > LONGEST)
    throw new UntranslatableError(`transforms are translated up to ${LONGEST} points; this one has ${n}`);
  const inverse = Boolean(params.inverse);
  const matrix = (of: (angle: number) => number) => {
    const values = Float32Array.from({ length: n * n }, (_, i) => {
      const turn = ((Math.floor(i / n) * (i % n)) % n) / n; // reduced first, so that the angle keeps its digits
      return of(2 * Math.PI * turn) / (inverse ? n : 1);
    });
    return graph.constant('float32', [n, n], new Uint8Array(values.buffer));
  };
  const cosines = matrix(Math.cos);
  const sines = matrix(inverse ? Math.sin : (angle) => -Math.sin(angle));
  const times = (x: string, m: string) => graph.emit('MatMul', [x, m]);
  return [
    plainView(graph.emit('Sub', [times(real, cosines), times(imaginary, sines)]), shape, 'float32'),
    plainView(graph.emit('Add', [times(real, sines), times(imaginary, cosines)]), shape, 'float32'),
  ];
};

export const fourierRules: Record<string, Rule> = { fft };
