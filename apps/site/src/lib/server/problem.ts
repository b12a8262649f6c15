/** A refusal as machines read it (RFC 9457): what is wrong, and what to send instead. */
export function problem(status: number, title: string, detail: string): Response {
  return new Response(JSON.stringify({ type: 'about:blank', title, status, detail }), {
    status,
    headers: { 'content-type': 'application/problem+json' },
  });
}

/** The same for people: a page that needs nothing else of the site. */
export function refusedPage(status: number, title: string, detail: string): Response {
  const text = (words: string) => words.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  const html = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><title>${text(title)}</title>
<body style="font:17px/27px Georgia,serif;max-width:60ch;margin:48px auto;padding:0 16px"><h1>${text(title)}</h1>
<p>${text(detail)}</p><p><a href="/">To the newest edition</a></p></body></html>`;
  return new Response(html, {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
  });
}
