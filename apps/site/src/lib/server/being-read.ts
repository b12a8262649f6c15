/**
 * Whether a person opened this page: not a browser that fetched it ahead, nor a script that keeps it for later. Browsers
 * that do not say are taken at their word.
 */
export function isBeingRead({ headers }: Request): boolean {
  const mode = headers.get('sec-fetch-mode');
  const purpose = headers.get('sec-purpose') ?? headers.get('purpose') ?? '';
  return (mode === null || mode === 'navigate') && !purpose.includes('prefetch');
}
