import { sizeOf } from '../tensor.ts';
import type { GraphBuilder } from './graph-builder.ts';
import { cut, padded, permuted, reshaped } from './movement.ts';
import { dataType, type Rule, UntranslatableError } from './rule.ts';
import { castTo, materialise, plainView, type View } from './view.ts';

interface ConvParams {
  vmapDims: number;
  strides: number[];
  padding: [number, number][];
  lhsDilation: number[];
  rhsDilation: number[];
}

/**
 * jax-js's convolution: x [batches…, N, C, space…] with kernels [batches…, O, C, space…]. ONNX's Conv has no batches of
 * kernels, no dilated input and no negative padding: batches become groups, the input is spread out and cut before.
 */
const conv: Rule = ({ graph, inputs, params, outputs }) => {
  const { vmapDims, strides, padding, lhsDilation, rhsDilation } = params as unknown as ConvParams;
  if (dataType(outputs[0].dtype) !== 'float32')
    throw new UntranslatableError(`convolutions are translated on float32 only, not on ${outputs[0].dtype}`);
  const [x, kernel] = inputs.map((view) => castTo(graph, view, 'float32'));
  const spaces = strides.length;
  if (spaces < 1 || spaces > 3)
    throw new UntranslatableError(`convolutions have 1 to 3 spatial axes here; this one has ${spaces}`);
  const groups = sizeOf(x.shape.slice(0, vmapDims));
  const [count, channels] = x.shape.slice(vmapDims);
  const outChannels = kernel.shape[vmapDims];

  let source = reshaped(graph, x, [groups, ...x.shape.slice(vmapDims)]);
  source = permuted(source, [1, 0, ...source.shape.map((_, axis) => axis).slice(2)]);
  source = reshaped(graph, source, [count, groups * channels, ...source.shape.slice(3)]);
  source = spread(graph, source, lhsDilation);
  source = trim(graph, source, padding);
  const weights = reshaped(graph, kernel, [groups * outChannels, channels, ...kernel.shape.slice(vmapDims + 2)]);

  const positive = padding.map(([before, after]) => [Math.max(before, 0), Math.max(after, 0)]);
  const name = graph.emit('Conv', [materialise(graph, source), materialise(graph, weights)], {
    group: { int: groups },
    strides: { ints: strides },
    dilations: { ints: rhsDilation },
    pads: { ints: [...positive.map(([before]) => before), ...positive.map(([, after]) => after)] },
  });
  const outSpace = outputs[0].shape.slice(vmapDims + 2);
  let result = plainView(name, [count, groups * outChannels, ...outSpace], 'float32');
  result = reshaped(graph, result, [count, groups, outChannels, ...outSpace]);
  result = permuted(result, [1, 0, ...result.shape.map((_, axis) => axis).slice(2)]);
  return reshaped(graph, result, outputs[0].shape);
};

/** Puts d − 1 zeros between neighbours along each spatial axis (the last axes of x). */
export function spread(graph: GraphBuilder, x: View, dilation: readonly number[]): View {
  if (dilation.every((d) => d === 1)) return x;
  const lead = x.shape.slice(0, x.shape.length - dilation.length);
  const space = x.shape.slice(lead.length);
  const paired = reshaped(graph, x, [...lead, ...space.flatMap((n) => [n, 1])]);
  const width = [
    ...lead.map((): [number, number] => [0, 0]),
    ...dilation.flatMap((d): [number, number][] => [
      [0, 0],
      [0, d - 1],
    ]),
  ];
  const grown = padded(graph, paired, width, [...lead, ...space.flatMap((n, i) => [n, dilation[i]])]);
  const joined = reshaped(graph, grown, [...lead, ...space.map((n, i) => n * dilation[i])]);
  return cut(graph, joined, [
    ...lead.map((d) => [0, d] as const),
    ...space.map((n, i) => [0, (n - 1) * dilation[i] + 1] as const),
  ]);
}

/** Carries out the negative part of a padding. */
function trim(graph: GraphBuilder, x: View, padding: readonly [number, number][]): View {
  const lead = x.shape.length - padding.length;
  const bounds = x.shape.map((d, axis): [number, number] => {
    const [before, after] = axis < lead ? [0, 0] : padding[axis - lead];
    return [Math.max(-before, 0), d - Math.max(-after, 0)];
  });
  return cut(graph, x, bounds);
}

export const convolutionRules: Record<string, Rule> = { conv };
