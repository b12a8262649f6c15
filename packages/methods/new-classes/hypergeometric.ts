/** ln of n!, grown as far as it was asked for. */
const factorials = [0, 0];

function logFactorial(n: number): number {
  for (let k = factorials.length; k <= n; k++) factorials.push(factorials[k - 1] + Math.log(k));
  return factorials[n];
}

function logChoose(n: number, k: number): number {
  return logFactorial(n) - logFactorial(k) - logFactorial(n - k);
}

/**
 * ln P(X ≥ hits), X the marked ones among `drawn` that are drawn without replacement from `of`, of which `marked` are.
 * 0 where it is certain, −∞ where it cannot be.
 */
export function logTail(hits: number, drawn: number, marked: number, of: number): number {
  const most = Math.min(drawn, marked);
  const from = Math.max(hits, 0, drawn + marked - of);
  if (from > most) return Number.NEGATIVE_INFINITY;
  if (from === Math.max(0, drawn + marked - of)) return 0;
  const first = logChoose(marked, from) + logChoose(of - marked, drawn - from) - logChoose(of, drawn);
  // Each term by the one before.
  let [term, sum] = [1, 1];
  for (let x = from; x < most; x++) {
    term *= ((marked - x) * (drawn - x)) / ((x + 1) * (of - marked - drawn + x + 1));
    sum += term;
  }
  return Math.min(0, first + Math.log(sum));
}
