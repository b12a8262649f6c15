/** Text that may stand in an attribute or between tags. */
export function escapeText(text: string): string {
  return text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c] ?? c);
}

/** A coordinate: a tenth of a pixel is finer than any eye, and halves the size of a path. */
export function at(value: number): string {
  return String(Math.round(value * 10) / 10);
}
