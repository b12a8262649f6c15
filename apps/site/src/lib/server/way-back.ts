/** The page that a form stood on, when it is one of ours. */
export function wayBack(request: Request, url: URL): string {
  const from = request.headers.get('referer');
  const back = from && URL.canParse(from) ? new URL(from) : undefined;
  return back?.origin === url.origin ? `${back.pathname}${back.search}` : '/';
}
