import { hashProbe, trainingReport } from '@broadsheet/engine/report';
import { embed, type Model } from '@broadsheet/methods/happy';
import type { RunContext } from '../contract.ts';

/** How much one stage of Happy moved: its adapter, its old heads, and the features of a probe of initial classes. */
export function reportStage(
  context: RunContext,
  seed: number,
  stage: number,
  before: Model,
  after: Model,
  probe: Float32Array,
): void {
  const width = before.heads.width;
  const snapshot = (model: Model) => {
    const features = embed(model.adapter, probe, width);
    return {
      weights: {
        up: model.adapter.up,
        down: model.adapter.down,
        'old heads': { data: model.heads.data.slice(0, before.heads.data.length), shape: [before.heads.count, width] },
      },
      probeHash: hashProbe(probe),
      representation: { data: features.data, shape: [features.count, width] },
    };
  };
  const report = trainingReport(snapshot(before), snapshot(after));
  context.emit({ type: 'report', seed, series: `Happy, stage ${stage}`, report });
}
