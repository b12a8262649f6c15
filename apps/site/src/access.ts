import {
  AccessError,
  type Acting,
  type Reader,
  type Role,
  requireRole,
  requireScope,
  type Scope,
} from '@broadsheet/newsroom/accounts';

/** What a request must have. Without a role anyone may; without a scope no token may do what needs a role. */
interface Needs {
  role?: Role;
  scope?: Scope;
}

const ANYONE: Needs = {};
const READER: Needs = { role: 'reader' };
const EDITOR: Needs = { role: 'editor' };
const ADMIN: Needs = { role: 'admin' };
const reader = (scope: Scope): Needs => ({ role: 'reader', scope });

/**
 * Every route, and who may use it: the guard of pages and API reads this table, and a test walks it. A route is written
 * as its method and its pattern, a form's action behind it; adding a route means adding its line.
 */
export const ACCESS: Readonly<Record<string, Needs>> = {
  'GET /healthz': ANYONE,
  // Only from this machine: server.ts.
  'GET /metrics': ANYONE,

  'GET /[...address]': ANYONE,
  'GET /about': ANYONE,
  'GET /api': ANYONE,
  'GET /cards/[...address].png': ANYONE,
  'GET /lab': ANYONE,
  'GET /lab/data/[name]': ANYONE,
  'GET /llms.txt': ANYONE,
  'GET /offline': ANYONE,
  'GET /papers/[archive=archive]/[number]': ANYONE,
  'GET /papers/[archive=archive]/[number]/card.png': ANYONE,
  'GET /papers/[archive=archive]/[number]/card.svg': ANYONE,
  'GET /papers/[key=paper]': ANYONE,
  'GET /papers/[key=paper]/card.png': ANYONE,
  'GET /papers/[key=paper]/card.svg': ANYONE,
  'GET /papers/[key=paper]/lab': ANYONE,
  'GET /papers/[key=paper]/comments.[form=feed]': ANYONE,
  'GET /papers/[archive=archive]/[number]/comments.[form=feed]': ANYONE,
  'GET /papers/submit': ANYONE,
  'POST /papers/submit': READER,
  'POST /authorship': READER,
  'GET /robots.txt': ANYONE,
  'GET /sitemap-[month].xml': ANYONE,
  'GET /sitemap.xml': ANYONE,
  'GET /searches': READER,
  'POST /searches?/save': READER,
  'POST /searches?/forget': READER,
  'GET /status': ANYONE,
  'GET /topics': ANYONE,
  'GET /topics/[id=topic]': ANYONE,
  'GET /topics/[id=topic]/edit': EDITOR,
  'POST /topics/[id=topic]/edit?/rename': EDITOR,
  'POST /topics/[id=topic]/edit?/merge': EDITOR,
  'POST /topics/[id=topic]/edit?/split': EDITOR,
  'POST /topics/[id=topic]/edit?/hide': EDITOR,
  'POST /topics/[id=topic]/edit?/undo': EDITOR,

  'GET /sign-in': ANYONE,
  'POST /sign-in?/mail': ANYONE,
  'POST /sign-in?/password': ANYONE,
  'GET /sign-in/link': ANYONE,
  'POST /sign-in/link': ANYONE,
  'POST /sign-in/passkey': ANYONE,
  'POST /sign-in/passkey/finish': ANYONE,
  'GET /sign-in/with/[provider]': ANYONE,
  'GET /sign-in/with/[provider]/back': ANYONE,
  'POST /sign-out': ANYONE,

  'GET /account': READER,
  'POST /account?/profile': READER,
  'POST /account?/address': READER,
  'POST /account?/password': READER,
  'POST /account?/session': READER,
  'POST /account?/passkey': READER,
  'POST /account?/unlink': READER,
  'POST /account?/token': READER,
  'POST /account?/revoke': READER,
  'POST /account?/leave': READER,
  'GET /account/export': READER,
  'POST /account/passkeys': READER,
  'POST /account/passkeys/finish': READER,

  'GET /digest': ANYONE,
  'POST /digest?/subscribe': ANYONE,
  'GET /digest/[slug]': ANYONE,
  // Whoever holds a signed link of a mail may do what it says, and nobody else: no login, no cookie.
  'GET /digest/confirm/[token]': ANYONE,
  'POST /digest/confirm/[token]': ANYONE,
  'GET /digest/change/[token]': ANYONE,
  'POST /digest/change/[token]': ANYONE,
  'GET /digest/preferences/[token]': ANYONE,
  'POST /digest/preferences/[token]?/save': ANYONE,
  'POST /digest/preferences/[token]?/address': ANYONE,
  'POST /digest/preferences/[token]?/forget': ANYONE,
  'GET /digest/leave/[token]': ANYONE,
  // From mail programs and mail servers, with no cookie; src/api/mail.ts looks at the signature.
  'POST /digest/leave/[token]': ANYONE,
  'POST /mail/bounces': ANYONE,

  'GET /admin/mail': ADMIN,
  'POST /admin/mail?/settle': ADMIN,
  'POST /admin/mail?/lift': ADMIN,

  // Whose decision it is, is looked at behind this: everybody else's is not there for them.
  'GET /decisions': READER,
  'GET /decisions/new': READER,
  'POST /decisions/new': READER,
  'GET /decisions/calibration': READER,
  'GET /decisions/models': ADMIN,
  'POST /decisions/models?/save': ADMIN,
  'POST /decisions/models?/remove': ADMIN,
  'GET /decisions/[id]': READER,
  // Which of these are for owners, and which for members too: NEEDS of the newsroom's decisions.
  'POST /decisions/[id]?/contract': READER,
  'POST /decisions/[id]?/freeze': READER,
  'POST /decisions/[id]?/amend': READER,
  'POST /decisions/[id]?/forecast': READER,
  'POST /decisions/[id]?/evidence': READER,
  'POST /decisions/[id]?/withdraw-evidence': READER,
  'POST /decisions/[id]?/biases': READER,
  'POST /decisions/[id]?/stakeholder': READER,
  'POST /decisions/[id]?/baseline': READER,
  'POST /decisions/[id]?/calibrate': READER,
  'POST /decisions/[id]?/confirm': READER,
  'POST /decisions/[id]?/recalibrate': READER,
  'POST /decisions/[id]?/cancel': READER,
  'POST /decisions/[id]?/say': READER,
  'POST /decisions/[id]?/pause': READER,
  'POST /decisions/[id]?/resume': READER,
  'POST /decisions/[id]?/replace': READER,
  'POST /decisions/[id]?/override': READER,
  'POST /decisions/[id]?/challenge': READER,
  'POST /decisions/[id]?/resolve': READER,
  'POST /decisions/[id]?/claim': READER,
  'POST /decisions/[id]?/push': READER,
  'POST /decisions/[id]?/assumption': READER,
  'POST /decisions/[id]?/judge-assumption': READER,
  'POST /decisions/[id]?/criterion': READER,
  'POST /decisions/[id]?/continue': READER,
  'POST /decisions/[id]?/ready': READER,
  'POST /decisions/[id]?/withdraw': READER,
  'POST /decisions/[id]?/sign': READER,
  'POST /decisions/[id]?/dissolve': READER,
  'POST /decisions/[id]?/reopen': READER,
  'POST /decisions/[id]?/review': READER,
  'POST /decisions/[id]?/invite': READER,
  'POST /decisions/[id]?/take-back': READER,
  'POST /decisions/[id]?/role': READER,
  'POST /decisions/[id]?/leave': READER,
  'POST /decisions/[id]?/erase': READER,
  'POST /decisions/[id]/turns': READER,
  'POST /decisions?/decline': READER,
  'POST /decisions?/accept': READER,
  'GET /decisions/join/[token]': READER,
  'POST /decisions/join/[token]': READER,
  'GET /decisions/[id]/erase/[seq]': READER,
  'POST /decisions/[id]/erase/[seq]': READER,
  'GET /decisions/[id]/record': READER,
  'GET /decisions/[id]/record.json': READER,
  'GET /decisions/[id]/record.md': READER,

  'POST /votes': READER,

  'GET /comments': ANYONE,
  'GET /comments.[form=feed]': ANYONE,
  'GET /comments/[comment]': ANYONE,
  'POST /comments?/write': READER,
  'POST /comments?/lock': EDITOR,
  'POST /comments/[comment]?/reply': READER,
  // Whose comment it is, the newsroom looks at.
  'POST /comments/[comment]?/edit': READER,
  'POST /comments/[comment]?/remove': READER,
  'POST /comments/[comment]?/react': READER,
  'POST /comments/[comment]?/report': READER,
  'POST /comments/[comment]?/hide': EDITOR,

  // What each tool needs of a token, the tool looks at: src/mcp.
  'POST /mcp': ANYONE,

  'GET /library': READER,
  'POST /library?/save': READER,
  'POST /library?/hide': READER,
  'POST /library?/remove': READER,
  'POST /library?/import': READER,
  'POST /library?/once': READER,
  'GET /library/[shelf].[form=citation]': READER,

  'GET /notifications': READER,
  'POST /notifications?/save': READER,
  'POST /notifications?/seen': READER,
  // As with links of digests: whoever holds the letter may, and mail programs do, with no cookie.
  'GET /notifications/off/[token]': ANYONE,
  'POST /notifications/off/[token]': ANYONE,

  // Shows those who are no administrators where to enter the token, and nothing else.
  'GET /admin': ANYONE,
  'POST /admin?/enter': ANYONE,
  'POST /admin?/fold': ADMIN,
  'GET /admin/jobs': ADMIN,
  'GET /admin/log': ADMIN,
  'GET /admin/moderation': EDITOR,
  'POST /admin/moderation?/burst': ADMIN,
  'POST /admin/moderation?/comment': EDITOR,
  'GET /admin/readers': ADMIN,
  'POST /admin/readers?/confirm': ADMIN,
  'POST /admin/readers?/invite': ADMIN,
  'POST /admin/readers?/lock': ADMIN,
  'POST /admin/readers?/role': ADMIN,
  'GET /admin/rules': ADMIN,
  'POST /admin/rules?/votes': ADMIN,
  'POST /admin/rules?/submissions': ADMIN,
  'GET /admin/edition': EDITOR,
  'POST /admin/edition?/arrange': EDITOR,
  'GET /admin/submissions': EDITOR,
  'POST /admin/submissions?/decide': EDITOR,
  'POST /admin/submissions?/undo': EDITOR,
  'POST /admin/submissions?/claim': EDITOR,
  'GET /admin/topics': EDITOR,
  'POST /admin/topics?/rollback': ADMIN,
  'GET /admin/sources': ADMIN,
  'POST /admin/sources?/ask': ADMIN,
  'POST /admin/sources?/switch': ADMIN,
  'GET /admin/storage': ADMIN,
  'POST /admin/storage?/backup': ADMIN,
  'POST /admin/storage?/remove': ADMIN,

  'GET /api/daily_papers': ANYONE,
  // What is somebody's own, also to read: by no token without the scope. Whose it is, is looked at behind this.
  'GET /api/decisions': reader('decide'),
  'POST /api/decisions': reader('decide'),
  'GET /api/decisions/:id': reader('decide'),
  'GET /api/decisions/:id/stream': reader('decide'),
  'GET /api/decisions/:id/export': reader('decide'),
  'POST /api/decisions/:id/advance': reader('decide'),
  'POST /api/decisions/:id/turns': reader('decide'),
  'POST /api/decisions/:id/evidence': reader('decide'),
  'DELETE /api/decisions/:id/evidence/:eid': reader('decide'),
  'POST /api/decisions/:id/claims/:cid': reader('decide'),
  'POST /api/decisions/:id/challenges': reader('decide'),
  'POST /api/decisions/:id/challenges/:hid': reader('decide'),
  'POST /api/decisions/:id/forecasts': reader('decide'),
  'POST /api/decisions/:id/stakeholders': reader('decide'),
  'POST /api/decisions/:id/commit': reader('decide'),
  'POST /api/decisions/:id/dissolve': reader('decide'),
  'POST /api/decisions/:id/override': reader('decide'),
  'POST /api/decisions/:id/review': reader('decide'),
  'POST /api/decisions/:id/invitations': reader('decide'),
  'DELETE /api/decisions/:id/invitations/:iid': reader('decide'),
  'POST /api/decisions/:id/members/:rid': reader('decide'),
  'DELETE /api/decisions/:id/members/:rid': reader('decide'),
  'GET /api/decisions/:id/events': reader('decide'),
  'POST /api/decisions/:id/events/:seq/erase': reader('decide'),
  'GET /api/invitations': reader('decide'),
  'POST /api/invitations': reader('decide'),
  'POST /api/invitations/:iid': reader('decide'),
  'GET /api/editions': ANYONE,
  'GET /api/lab/experiments': ANYONE,
  'GET /api/lab/runs/:id': ANYONE,
  'GET /api/lab/runs/:id/events': ANYONE,
  'GET /api/lab/runs/:id/points.csv': ANYONE,
  'GET /api/lab/runs/:id/result': ANYONE,
  // Whoever asks is held to what the lab takes of one reader or address; a run's id is the right to end it.
  'POST /api/lab/runs': { scope: 'run' },
  'DELETE /api/lab/runs/:id': ANYONE,
  'GET /api/bench/runs/:id': ANYONE,
  'POST /api/bench/runs': { scope: 'run' },
  'GET /api/openapi.json': ANYONE,
  'GET /api/papers': ANYONE,
  'GET /api/papers/search': ANYONE,
  'GET /api/papers/:id': ANYONE,
  'GET /api/papers/:id/similar': ANYONE,
  'GET /api/comments': ANYONE,
  'GET /api/comments/:id': ANYONE,
  'PATCH /api/comments/:id': reader('comment'),
  'DELETE /api/comments/:id': reader('comment'),
  'POST /api/comments/:id/reactions': reader('comment'),
  'POST /api/comments/:id/reports': reader('comment'),
  'POST /api/papers/index': reader('submit'),
  'POST /api/papers/submit': reader('submit'),
  'GET /api/papers/:id/comments': ANYONE,
  'POST /api/papers/:id/comments': reader('comment'),
  'GET /api/status': ANYONE,
  'GET /api/topics': ANYONE,
  'GET /api/topics/stages': ANYONE,
  'GET /api/topics/:id': ANYONE,
  'GET /api/topics/:id/papers': ANYONE,
  'POST /api/votes': reader('vote'),
};

/**
 * Lets a request through or says what it lacks. Reading a route that is not in the table is left to the route; anything
 * else that is not in it is refused.
 * @param route as in the table, e.g. 'POST /votes'
 * @throws {AccessError} 401 where signing in would help, else 403.
 */
export function admit(route: string, acting: Acting): Reader | undefined {
  const needs = ACCESS[route];
  if (!needs) {
    if (route.startsWith('GET ')) return acting.reader;
    throw new AccessError(403, 'Not allowed', `${route} is in no line of src/access.ts, so nobody may use it.`);
  }
  if (!needs.role) {
    if (needs.scope) requireScope(acting, needs.scope);
    return acting.reader;
  }
  const reader = requireRole(acting, needs.role);
  requireScope(acting, needs.scope);
  return reader;
}

/** The table's name of a page's route. Which action a form asks for is read as SvelteKit reads it. */
export function routeOf(method: string, pattern: string, url: URL): string {
  if (method === 'GET' || method === 'HEAD') return `GET ${pattern}`;
  const action = [...url.searchParams.keys()].find((key) => key.startsWith('/'));
  return action ? `${method} ${pattern}?${action}` : `${method} ${pattern}`;
}

/**
 * Whether another site had a browser send this request, which then carries our reader's cookie. Browsers say where a
 * changing request comes from; programs, which hold no cookie of ours, need not.
 */
export function isFromElsewhere(request: Request): boolean {
  if (request.method === 'GET' || request.method === 'HEAD' || request.headers.has('authorization')) return false;
  const origin = request.headers.get('origin');
  if (origin !== null && origin !== new URL(request.url).origin) return true;
  const site = request.headers.get('sec-fetch-site');
  return site === 'cross-site' || site === 'same-site';
}

/** Where to go on after signing in: only ever a page of this site. */
export function pathOnly(next: string | null | undefined): string {
  if (!next?.startsWith('/')) return '/';
  // Parsed as browsers do, which take "/\evil" and "/<tab>/evil" for "//evil".
  const base = 'http://here.invalid';
  const url = URL.canParse(next, base) ? new URL(next, base) : undefined;
  // A path that begins with two slashes, also one that only comes to it by "..", names another host.
  return url?.origin === base && !url.pathname.startsWith('//') ? `${url.pathname}${url.search}` : '/';
}
