import { describe, expect, test } from 'vitest';
import { fromRows, matmul, transpose } from '../linalg/index.ts';
import { createRng } from '../stats/index.ts';
import golden from './golden.json' with { type: 'json' };
import {
  drawReport,
  effectiveRanks,
  gram,
  hashProbe,
  kernelAlignment,
  kernelTargetAlignment,
  representationAlignment,
  type Snapshot,
  signSimilarity,
  sketchedAlignment,
  trainingReport,
  weightChange,
} from './index.ts';

const DIGITS = 9;

describe('measures against the float64 reference', () => {
  test.each(golden.effective_rank.map((c, i) => [i, c] as const))('effective ranks, case %i', (_, expected) => {
    const ranks = effectiveRanks(fromRows(expected.W));
    expect(ranks.eigen).toBeCloseTo(expected.paper_eig, DIGITS);
    expect(ranks.singular).toBeCloseTo(expected.sv_sum_over_max, DIGITS);
    expect(ranks.stable).toBeCloseTo(expected.stable_rank, DIGITS);
    expect(ranks.participation).toBeCloseTo(expected.participation_ratio, DIGITS);
    expect(ranks.entropy).toBeCloseTo(expected.entropy_rank, DIGITS);
    expect(ranks.frobenius).toBeCloseTo(expected.frobenius, DIGITS);
    expect(ranks.spectralRadius).toBeCloseTo(expected.spectral_radius, DIGITS);
  });

  test('weight change, absolute and relative', () => {
    const { W0, W1, abs_frobenius, relative } = golden.weight_change;
    const change = weightChange(W0.flat(), W1.flat());
    expect(change.absolute).toBeCloseTo(abs_frobenius, DIGITS);
    expect(change.relative).toBeCloseTo(relative, DIGITS);
  });

  test('representation alignment, raw and centred, and sign similarity', () => {
    const { H0, H1, RA, RA_centred, sign_similarity } = golden.representation_alignment;
    const [a, b] = [fromRows(H0), fromRows(H1)];
    expect(representationAlignment(a, b)).toBeCloseTo(RA, DIGITS);
    expect(representationAlignment(a, b, { centred: true })).toBeCloseTo(RA_centred, DIGITS);
    expect(signSimilarity(a, b)).toBeCloseTo(sign_similarity, DIGITS);
  });

  test('kernel-target alignment', () => {
    const { K, y, value } = golden.kernel_target_alignment;
    expect(kernelTargetAlignment(fromRows(K), y)).toBeCloseTo(value, DIGITS);
  });

  test('alignment of Jacobians, exact and from two sketches', () => {
    const { J0, J1, Ra, Rb, TKA_exact, two_sketch } = golden.sketch;
    const [j0, j1, ra, rb] = [J0, J1, Ra, Rb].map(fromRows);
    expect(kernelAlignment(gram(j0), gram(j1))).toBeCloseTo(TKA_exact, DIGITS);
    const sketch = (j: typeof j0) => ({ a: matmul(j, ra), b: matmul(j, rb) });
    expect(sketchedAlignment(sketch(j0), sketch(j1))).toBeCloseTo(two_sketch, DIGITS);
  });
});

describe('invariants', () => {
  const rng = createRng('report');
  const random = (rows: number, columns: number) => ({
    data: rng.normals(rows * columns),
    shape: [rows, columns] as [number, number],
  });

  test('a Gaussian matrix of size 100 has the ranks of the law, within its own spread', () => {
    const ranks = effectiveRanks(random(100, 100));
    expect(ranks.eigen).toBeGreaterThan(0.55); // law: 2/3 as N grows
    expect(ranks.eigen).toBeLessThan(0.7);
    expect(ranks.singular).toBeCloseTo(4 / (3 * Math.PI), 1);
    expect(ranks.participation! / 100).toBeCloseTo(0.5, 1);
  });

  test('ranks do not change with scale; a strictly triangular matrix has no eigenvalue rank', () => {
    const w = random(12, 12);
    const scaled = { data: w.data.map((v) => v * 1e-3), shape: w.shape };
    expect(effectiveRanks(scaled).singular).toBeCloseTo(effectiveRanks(w).singular!, 10);
    expect(
      effectiveRanks(
        fromRows([
          [0, 1],
          [0, 0],
        ]),
      ).eigen,
    ).toBeNull();
  });

  test('representation alignment does not see rotations of the units', () => {
    const a = random(20, 4);
    const [c, s] = [Math.cos(0.7), Math.sin(0.7)];
    const rotation = fromRows([
      [c, -s, 0, 0],
      [s, c, 0, 0],
      [0, 0, 1, 0],
      [0, 0, 0, 1],
    ]);
    expect(representationAlignment(a, matmul(a, transpose(rotation)))).toBeCloseTo(1, 12);
  });

  test('a dead network gives null, not NaN', () => {
    const zero = { data: new Float64Array(9), shape: [3, 3] };
    expect(kernelAlignment(zero, zero)).toBeNull();
    expect(effectiveRanks(zero).singular).toBeNull();
    expect(weightChange([0, 0], [1, 0]).relative).toBeNull();
  });
});

describe('training report', () => {
  const probeHash = hashProbe([1, 2, 3]);
  const jacobian = fromRows(golden.sketch.J0);
  const snapshot = (shift: number, loss: number): Snapshot => ({
    weights: { recurrent: { data: jacobian.data.map((v, i) => v + shift * ((i % 3) - 1)), shape: jacobian.shape } },
    probeHash,
    representation: jacobian,
    kernel: gram({ data: jacobian.data.map((v, i) => v + shift * ((i % 3) - 1)), shape: jacobian.shape }),
    loss,
  });

  test('a network that did not move is at the lazy end', () => {
    const report = trainingReport(snapshot(0, 1), snapshot(0, 0.5));
    expect(report.position).toBeCloseTo(0, 12);
    expect(report.finding).toContain('hardly');
    expect(report.caveats).toEqual([]);
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  test('a network that moved far is at the rich end, and the picture says it', () => {
    const report = trainingReport(snapshot(0, 1), snapshot(3, 0.5), {
      ruler: [{ scale: 10, tangentKernelAlignment: 0.95 }],
    });
    expect(report.position).toBeGreaterThan(0.3);
    expect(report.weightChange.recurrent.relative).toBeGreaterThan(1);
    expect(drawReport(report)).toContain(`<title>${report.finding}</title>`);
    expect(drawReport(report)).toContain('×10');
  });

  test('a loss that did not fall, a diverged weight and a missing kernel are named', () => {
    const after = snapshot(0, 2);
    after.weights.recurrent = { data: jacobian.data.map(() => Number.NaN), shape: jacobian.shape };
    after.kernel = undefined;
    const { caveats, position } = trainingReport(snapshot(0, 1), after);
    expect(caveats.join(' ')).toMatch(/Diverged: recurrent.*No tangent kernel.*loss did not fall/s);
    expect(position).toBeNull();
  });

  test('snapshots of different probes are refused', () => {
    expect(() => trainingReport(snapshot(0, 1), { ...snapshot(0, 1), probeHash: 'other' })).toThrow(/same inputs/);
    expect(hashProbe([1, 2], [3])).not.toBe(hashProbe([1], [2, 3]));
  });
});
