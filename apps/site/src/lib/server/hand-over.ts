/**
 * Hands a page's HTML to our server beside the answer, which is left empty. SvelteKit would walk it in JavaScript for a
 * checksum of its own and pass it through a stream: half a millisecond for fifty papers, as much as their list takes to
 * load. Where nobody takes it (`vite dev`), and where a page comes in pieces, it goes the usual way.
 * @returns a `transformPageChunk`
 */
export function handOver(platform: App.Platform | undefined): (chunk: { html: string; done: boolean }) => string {
  let isInPieces = false;
  return ({ html, done }) => {
    isInPieces ||= !done;
    if (!platform || isInPieces) return html;
    platform.html = html;
    return '';
  };
}
