import { z } from 'zod';

const flag = z.stringbool();
const port = z.coerce.number().int().min(0).max(65_535);

/** Every setting a site knows, by its environment variable; the settings file uses the same names. */
const environment = z.object({
  BROADSHEET_SITE_NAME: z.string().min(1).max(80).default('Broadsheet'),
  BROADSHEET_BASE_URL: z.url({ protocol: /^https?$/ }).optional(),
  BROADSHEET_ZONE: z
    .string()
    .refine(isTimeZone, 'is no time zone; expected a name like "Europe/Berlin"')
    .default('America/New_York'),
  BROADSHEET_CATEGORIES: z
    .string()
    .default('cs.AI,cs.CL,cs.CV,cs.LG,cs.NE,cs.RO,stat.ML')
    .transform((text) => text.split(/[\s,]+/).filter(Boolean)),
  BROADSHEET_MODE: z.enum(['none', 'accounts']).default('none'),
  BROADSHEET_JOIN: z
    .string()
    .regex(
      /^(open|closed|[\w.-]+(,\s*[\w.-]+)*)$/,
      'is none of: open, closed, or domains like "example.org,example.net"',
    )
    .default('open'),
  BROADSHEET_PASSWORDS: flag.default(false),
  BROADSHEET_ORCID_CLIENT_ID: z.string().optional(),
  BROADSHEET_ORCID_CLIENT_SECRET: z.string().optional(),
  BROADSHEET_ORCID_ISSUER: z.url().default('https://orcid.org'),
  BROADSHEET_GITHUB_CLIENT_ID: z.string().optional(),
  BROADSHEET_GITHUB_CLIENT_SECRET: z.string().optional(),
  BROADSHEET_GITHUB_URL: z.url().default('https://github.com'),
  BROADSHEET_OIDC_NAME: z.string().min(1).max(40).default('OpenID'),
  BROADSHEET_OIDC_ISSUER: z.url().optional(),
  BROADSHEET_OIDC_CLIENT_ID: z.string().optional(),
  BROADSHEET_OIDC_CLIENT_SECRET: z.string().optional(),
  BROADSHEET_SOURCES: z
    .string()
    .optional()
    .transform((text) => text?.split(/[\s,]+/).filter(Boolean)),
  BROADSHEET_PULL: flag.default(true),
  BROADSHEET_RUNTIMES: flag.default(true),
  BROADSHEET_TRUSTED_PROXIES: z
    .string()
    .default('')
    .transform((text) => text.split(/[\s,]+/).filter(Boolean)),
  BROADSHEET_METRICS: flag.default(true),
  BROADSHEET_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  BROADSHEET_LAB_SERVER: flag.default(true),
  BROADSHEET_LAB_RUNS_PER_HOUR: z.coerce.number().int().min(1).max(10_000).default(12),
  BROADSHEET_LAB_QUEUE: z.coerce.number().int().min(1).max(1_000).default(20),
  BROADSHEET_LAB_MINUTES: z.coerce.number().min(0.01).max(10_000).default(30),
  BROADSHEET_CONTACT: z.string().max(200).optional(),
  BROADSHEET_SECRET: z.string().min(16).optional(),
  BROADSHEET_SMTP_URL: z
    .url({ protocol: /^smtps?$/, error: 'expected smtp://user:password@host:port or smtps://…' })
    .optional(),
  BROADSHEET_SMTP_TLS: z.enum(['auto', 'required', 'never']).default('auto'),
  BROADSHEET_SMTP_CONNECTIONS: z.coerce.number().int().min(1).max(50).default(4),
  BROADSHEET_MAIL_FROM: z
    .string()
    .refine((text) => mailboxOf(text) !== undefined, 'expected papers@example.org or Papers <papers@example.org>')
    .default('broadsheet@localhost'),
  BROADSHEET_MAIL_BOUNCE: z
    .string()
    .refine((text) => mailboxOf(text) !== undefined, 'expected an address such as bounce@example.org')
    .optional(),
  BROADSHEET_MAIL_IN_DOUBT: z.coerce.number().int().min(1).max(50).default(1),
  BROADSHEET_MAIL_PER_MINUTE: z.coerce.number().int().min(1).default(600),
  BROADSHEET_MAIL_HOOK_SECRET: z.string().min(16).optional(),
  BROADSHEET_DKIM_SELECTOR: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{0,62}$/i, 'expected a DNS label such as papers1')
    .optional(),
  BROADSHEET_DKIM_KEY: z.string().includes('PRIVATE KEY', { error: 'expected a private key in PEM form' }).optional(),
  BROADSHEET_ENCODER: z
    .string()
    .regex(
      /^(house|off|openai:https?:\/\/\S+#\S+|transformers:\S+)$/,
      'expected house, off, openai:http://host/v1#model or transformers:model',
    )
    .default('house'),
  BROADSHEET_ENCODER_KEY: z.string().optional(),
  GITHUB_TOKEN: z.string().optional(),
  DATABASE_URL: z.string().optional(),
  HOST: z.string().default('127.0.0.1'),
  PORT: port.default(8080),
});

export interface Settings {
  siteName: string;
  /** Public address without a trailing slash; undefined until known, then links are built from the request. */
  baseUrl?: string;
  zone: string;
  /** arXiv categories that the site gathers. */
  categories: string[];
  /** Who may act: with 'none' one local reader without sign-in, with 'accounts' who has signed in. */
  mode: 'none' | 'accounts';
  accounts: AccountSettings;
  /** Ids of the sources that are switched on; undefined means all. */
  sources?: string[];
  /** Whether the scheduler asks outside sources at all. */
  pull: boolean;
  /** Whether the training runtimes are fetched (90 MB) and used. */
  runtimes: boolean;
  trustedProxies: string[];
  metrics: boolean;
  logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  lab: LabSettings;
  /** Put into the User-Agent, so that a source's operator can reach ours. */
  contact?: string;
  /** What signed links are signed with; undefined means the file in the data folder's `secrets`. */
  secret?: string;
  mail: MailSettings;
  githubToken?: string;
  /** What turns texts into vectors for the search, and the key that a remote one wants. */
  encoder: { name: string; key?: string };
  databaseUrl?: string;
  dataDir: string;
  host: string;
  port: number;
}

export interface MailSettings {
  /** smtp:// or smtps://, may hold a password; undefined means that letters are written to files. */
  smtpUrl?: string;
  /** 'auto': STARTTLS where it is offered, demanded where a password would be sent, none on this machine itself. */
  smtpTls: 'auto' | 'required' | 'never';
  connections: number;
  from: Mailbox;
  /** Where bounces are to go, as `local+token@domain`; undefined means back to `from`. */
  bounce?: string;
  /** Letters whose answer is awaited at once: so many a crash may leave unknown. */
  inDoubt: number;
  /** Most letters a minute to one domain. */
  perMinute: number;
  hookSecret?: string;
  dkim?: { selector: string; key?: string };
}

export interface Mailbox {
  name?: string;
  address: string;
}

/** What the server runs of experiments, and how much for whom. */
export interface LabSettings {
  /** Whether readers may have experiments run on the server at all. */
  serverRuns: boolean;
  /** Runs that one address may ask for in an hour. */
  runsPerHour: number;
  /** Runs of the whole site that may wait or go on at once. */
  queue: number;
  /** A run that takes longer is ended. */
  minutes: number;
}

/** How readers sign in, in mode 'accounts'. Letters and passkeys always work. */
export interface AccountSettings {
  /** Who may make an account: everybody, nobody new, or who has an address in one of these domains. */
  join: 'open' | 'closed' | string[];
  passwords: boolean;
  providers: Provider[];
}

/** Another site that readers may sign in with. */
export interface Provider {
  id: 'orcid' | 'github' | 'oidc';
  title: string;
  /** OpenID Connect's issuer; of GitHub, which speaks OAuth 2 alone, the address. */
  issuer: string;
  clientId: string;
  clientSecret?: string;
}

/** A setting that cannot be used; the message names the variable, the value and what was expected. */
export class SettingsError extends Error {
  override name = 'SettingsError';
}

/**
 * Reads settings from an environment-like record; the one place where the environment is parsed.
 * @throws {SettingsError} naming every variable that is wrong.
 */
export function parseSettings(env: Record<string, string | undefined>, { dataDir }: { dataDir: string }): Settings {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = environment.safeParse(given);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => {
      const name = String(issue.path[0]);
      return `${name} is ${JSON.stringify(isSecret(name) ? '(hidden)' : given[name])}: ${issue.message}.`;
    });
    throw new SettingsError(`${lines.join('\n')} See docs/guides/operate.md.`);
  }
  const e = parsed.data;
  if (e.BROADSHEET_SMTP_URL && given.BROADSHEET_MAIL_FROM === undefined) {
    throw new SettingsError(
      'BROADSHEET_SMTP_URL is set but BROADSHEET_MAIL_FROM is not; it names the sender, such as Papers <papers@example.org>. See docs/guides/mail.md.',
    );
  }
  // Links in letters are built on it; built on what a request says, anyone could have them lead elsewhere.
  if (e.BROADSHEET_MODE === 'accounts' && !e.BROADSHEET_BASE_URL) {
    throw new SettingsError(
      'BROADSHEET_MODE is "accounts", which needs BROADSHEET_BASE_URL, the address that readers use, e.g. https://papers.example.org. See docs/guides/accounts.md.',
    );
  }
  return {
    siteName: e.BROADSHEET_SITE_NAME,
    baseUrl: e.BROADSHEET_BASE_URL?.replace(/\/+$/, ''),
    zone: e.BROADSHEET_ZONE,
    categories: e.BROADSHEET_CATEGORIES,
    mode: e.BROADSHEET_MODE,
    accounts: accountsOf(e),
    sources: e.BROADSHEET_SOURCES,
    pull: e.BROADSHEET_PULL,
    runtimes: e.BROADSHEET_RUNTIMES,
    trustedProxies: e.BROADSHEET_TRUSTED_PROXIES,
    metrics: e.BROADSHEET_METRICS,
    logLevel: e.BROADSHEET_LOG_LEVEL,
    lab: {
      serverRuns: e.BROADSHEET_LAB_SERVER,
      runsPerHour: e.BROADSHEET_LAB_RUNS_PER_HOUR,
      queue: e.BROADSHEET_LAB_QUEUE,
      minutes: e.BROADSHEET_LAB_MINUTES,
    },
    contact: e.BROADSHEET_CONTACT,
    secret: e.BROADSHEET_SECRET,
    mail: {
      smtpUrl: e.BROADSHEET_SMTP_URL,
      smtpTls: e.BROADSHEET_SMTP_TLS,
      connections: e.BROADSHEET_SMTP_CONNECTIONS,
      from: mailboxOf(e.BROADSHEET_MAIL_FROM) as Mailbox,
      bounce: e.BROADSHEET_MAIL_BOUNCE && mailboxOf(e.BROADSHEET_MAIL_BOUNCE)?.address,
      inDoubt: e.BROADSHEET_MAIL_IN_DOUBT,
      perMinute: e.BROADSHEET_MAIL_PER_MINUTE,
      hookSecret: e.BROADSHEET_MAIL_HOOK_SECRET,
      dkim: e.BROADSHEET_DKIM_SELECTOR
        ? { selector: e.BROADSHEET_DKIM_SELECTOR, key: e.BROADSHEET_DKIM_KEY }
        : undefined,
    },
    githubToken: e.GITHUB_TOKEN,
    encoder: { name: e.BROADSHEET_ENCODER, key: e.BROADSHEET_ENCODER_KEY },
    databaseUrl: e.DATABASE_URL,
    dataDir,
    host: e.HOST,
    port: e.PORT,
  };
}

function accountsOf(e: z.output<typeof environment>): AccountSettings {
  const join = e.BROADSHEET_JOIN;
  const providers: Provider[] = [];
  const add = (id: Provider['id'], title: string, issuer?: string, clientId?: string, clientSecret?: string) => {
    if (issuer && clientId) providers.push({ id, title, issuer: issuer.replace(/\/+$/, ''), clientId, clientSecret });
  };
  add('orcid', 'ORCID', e.BROADSHEET_ORCID_ISSUER, e.BROADSHEET_ORCID_CLIENT_ID, e.BROADSHEET_ORCID_CLIENT_SECRET);
  add('github', 'GitHub', e.BROADSHEET_GITHUB_URL, e.BROADSHEET_GITHUB_CLIENT_ID, e.BROADSHEET_GITHUB_CLIENT_SECRET);
  add(
    'oidc',
    e.BROADSHEET_OIDC_NAME,
    e.BROADSHEET_OIDC_ISSUER,
    e.BROADSHEET_OIDC_CLIENT_ID,
    e.BROADSHEET_OIDC_CLIENT_SECRET,
  );
  return {
    join: join === 'open' || join === 'closed' ? join : join.toLowerCase().split(/[\s,]+/),
    passwords: e.BROADSHEET_PASSWORDS,
    providers,
  };
}

function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/** `papers@example.org` or `Papers <papers@example.org>`, on one line; undefined for anything else. */
function mailboxOf(text: string): Mailbox | undefined {
  const match = /^(?:([^<>"\r\n]{1,80}?)\s*<([^<>\s@]+@[^<>\s@]+)>|([^<>\s@]+@[^<>\s@]+))$/.exec(text.trim());
  if (!match) return undefined;
  return match[3] ? { address: match[3] } : { name: match[1].trim() || undefined, address: match[2] };
}

/** Whether the value of a setting is nobody else's business. */
export function isSecret(name: string): boolean {
  return /TOKEN|SECRET|PASSWORD(?!S)|_KEY|SMTP_URL|DATABASE_URL/.test(name);
}
