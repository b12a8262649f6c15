import { hashProbe, type TrainingReport, trainingReport } from '@broadsheet/engine/report';
import { chosenRows, joinedRows, type Rows } from '../happy/rows.ts';
import { cosines, nearestRows } from './products.ts';

const PROBE = 48;

/** How rich or lazy the stage's training was: the tangent kernel of all logits by the new heads, on some of its papers. */
export function reportOf(
  old: Rows,
  fresh: Rows,
  { heads, loss }: { heads: Rows; loss: { before: number; after: number } },
  pool: Rows,
): TrainingReport {
  const step = Math.max(1, Math.floor(pool.count / PROBE));
  const probe = chosenRows(
    pool,
    Array.from({ length: Math.min(PROBE, pool.count) }, (_, i) => i * step),
  );
  const representation = { data: probe.data, shape: [probe.count, probe.width] };
  const snapshot = (of: Rows, value: number) => ({
    weights: { 'new heads': { data: of.data, shape: [of.count, of.width] } },
    probeHash: hashProbe(probe.data),
    representation,
    kernel: tangentKernel(of, probe),
    loss: value,
  });
  const isNew = nearestRows(probe, joinedRows(old, heads));
  return trainingReport(snapshot(fresh, loss.before), snapshot(heads, loss.after), {
    target: Float64Array.from(isNew, (head) => (head >= old.count ? 1 : -1)),
  });
}

/** Σ_c z_iᵀ(I − ŵ_cŵ_cᵀ)z_j for heads of length one. */
function tangentKernel(heads: Rows, probe: Rows) {
  const n = probe.count;
  const own = cosines(probe, probe);
  const along = cosines(probe, heads);
  const data = own.map((value, at) => {
    const [i, j] = [Math.floor(at / n) * heads.count, (at % n) * heads.count];
    let sum = heads.count * value;
    for (let c = 0; c < heads.count; c++) sum -= along[i + c] * along[j + c];
    return sum;
  });
  return { data, shape: [n, n] };
}
