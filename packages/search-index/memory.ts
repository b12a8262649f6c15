/**
 * Gives an array's memory back at once, where it has memory of its own: the collector comes to large arrays late, and
 * to those that others share, only by chance. The array is empty afterwards, and so is any other view of the memory.
 */
export function release({ buffer }: { buffer: ArrayBufferLike }): void {
  // Older browsers leave it to the collector.
  if (buffer instanceof ArrayBuffer) buffer.transfer?.(0);
}
