import type { Rng } from '@broadsheet/engine/stats';
import type { ClassSource } from '../class-stages/index.ts';

/**
 * Classes of unit vectors in families: members of a family lie near each other, so that some classes are harder to tell
 * apart than others, and a direction common to all lies in every vector, as embeddings of texts have one.
 */
export interface SphereOptions {
  readonly classes: number;
  readonly families: number;
  readonly width: number;
  /** Length of a class's own direction beside its family's of length 1: smaller is harder. */
  readonly apart: number;
  /** RMS length of a sample's scatter. */
  readonly scatter: number;
  /** Length of the direction common to all. */
  readonly common: number;
}

export const SPHERE = { apart: 0.9, scatter: 1.2, common: 0.3 }; // ours: 20 classes in 32 dimensions are learnt to about 96 %

/** Families are dealt out at random over the classes' order of arrival: an early class may be kin to a late one. */
export function sphereFamilies(options: SphereOptions, rng: Rng): ClassSource {
  const { classes, families, width, apart, scatter, common } = options;
  const direction = (name: string, i: number) => unit(rng.split(name, i).normals(width));
  const shared = direction('common', 0);
  const deal = rng.split('families').permutation(classes);
  const centres = Array.from({ length: classes }, (_, label) => {
    const [family, own] = [direction('family', deal[label] % families), direction('class', label)];
    return unit(family.map((value, k) => value + apart * own[k]));
  });
  const noise = scatter / Math.sqrt(width);
  return {
    width,
    views: 1,
    draw(label, stream, into) {
      const centre = centres[label];
      let squares = 0;
      for (let k = 0; k < width; k++) {
        into[k] = centre[k] + common * shared[k] + stream.normal(0, noise);
        squares += into[k] * into[k];
      }
      for (let k = 0; k < width; k++) into[k] /= Math.sqrt(squares);
    },
  };
}

function unit(values: Float64Array): Float64Array {
  const norm = Math.hypot(...values);
  return values.map((value) => value / norm);
}
