import type { Context } from 'hono';

/** A refusal; `detail` is for the person who has to act. */
export class Problem extends Error {
  override name = 'Problem';
  readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 413 | 415 | 422 | 429 | 500 | 503 | 507;
  readonly title: string;
  /** Members beyond those of RFC 9457, and headers such as Retry-After. */
  readonly more: ProblemExtras;
  constructor(status: Problem['status'], title: string, detail: string, more: ProblemExtras = {}) {
    super(detail);
    this.status = status;
    this.title = title;
    this.more = more;
  }
}

interface ProblemExtras {
  readonly extra?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Writes a problem as RFC 9457 has it. */
export function problemAnswer(
  c: Context,
  { status, title, message, more = {} }: { status: number; title: string; message: string; more?: ProblemExtras },
): Response {
  const type = `${new URL(c.req.url).origin}/api#${title.toLowerCase().replace(/[^a-z]+/g, '-')}`;
  return new Response(JSON.stringify({ type, title, status, detail: message, error: message, ...more.extra }), {
    status,
    headers: { 'content-type': 'application/problem+json', ...more.headers },
  });
}
