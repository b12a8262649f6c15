/** jStat ships no types; these are the parts in use. */
declare module 'jstat' {
  interface Distribution1 {
    inv(p: number, a: number): number;
    pdf(x: number, a: number): number;
  }
  const jstat: { jStat: { studentt: Distribution1 } };
  export default jstat;
}
