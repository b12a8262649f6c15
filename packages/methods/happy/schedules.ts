/** Schedules per epoch, on the host. */

/** §2.6: from `rate` to a thousandth of it along half a cosine; constant within an epoch. */
export function cosineRate(rate: number, epoch: number, epochs: number): number {
  const least = rate * 1e-3;
  return least + ((rate - least) * (1 + Math.cos((Math.PI * epoch) / epochs))) / 2;
}

/** §2.3: teacher temperature of stage 0, 0.07 → 0.04 in a straight line over `warmUp` epochs, then constant. */
export function teacherTemperature(epoch: number, warmUp = 30, from = 0.07, to = 0.04): number {
  if (warmUp <= 1 || epoch >= warmUp) return to;
  return from + ((to - from) * epoch) / (warmUp - 1);
}
