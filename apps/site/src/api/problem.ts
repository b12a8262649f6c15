import type { Context } from 'hono';

/** A refusal; `detail` is for the person who has to act. */
export class Problem extends Error {
  override name = 'Problem';
  readonly status: 400 | 401 | 403 | 404 | 409 | 413 | 415 | 422 | 429 | 500 | 503 | 507;
  readonly title: string;
  constructor(status: Problem['status'], title: string, detail: string) {
    super(detail);
    this.status = status;
    this.title = title;
  }
}

/** Writes a problem as RFC 9457 has it. */
export function problemAnswer(
  c: Context,
  { status, title, message }: { status: number; title: string; message: string },
): Response {
  const type = `${new URL(c.req.url).origin}/api#${title.toLowerCase().replace(/[^a-z]+/g, '-')}`;
  return new Response(JSON.stringify({ type, title, status, detail: message, error: message }), {
    status,
    headers: { 'content-type': 'application/problem+json' },
  });
}
