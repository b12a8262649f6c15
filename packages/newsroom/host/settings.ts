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
  BROADSHEET_MODE: z.enum(['none']).default('none'),
  BROADSHEET_SOURCES: z
    .string()
    .optional()
    .transform((text) => text?.split(/[\s,]+/).filter(Boolean)),
  BROADSHEET_PULL: flag.default(true),
  BROADSHEET_TRUSTED_PROXIES: z
    .string()
    .default('')
    .transform((text) => text.split(/[\s,]+/).filter(Boolean)),
  BROADSHEET_METRICS: flag.default(true),
  BROADSHEET_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  BROADSHEET_CONTACT: z.string().max(200).optional(),
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
  /** Who may act: 'none' means one local reader without sign-in. */
  mode: 'none';
  /** Ids of the sources that are switched on; undefined means all. */
  sources?: string[];
  /** Whether the scheduler asks outside sources at all. */
  pull: boolean;
  trustedProxies: string[];
  metrics: boolean;
  logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** Put into the User-Agent, so that a source's operator can reach ours. */
  contact?: string;
  githubToken?: string;
  databaseUrl?: string;
  dataDir: string;
  host: string;
  port: number;
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
      return `${name} is ${JSON.stringify(hidden(name, given[name]))}: ${issue.message}.`;
    });
    throw new SettingsError(`${lines.join('\n')} See docs/guides/operate.md.`);
  }
  const e = parsed.data;
  return {
    siteName: e.BROADSHEET_SITE_NAME,
    baseUrl: e.BROADSHEET_BASE_URL?.replace(/\/+$/, ''),
    zone: e.BROADSHEET_ZONE,
    categories: e.BROADSHEET_CATEGORIES,
    mode: e.BROADSHEET_MODE,
    sources: e.BROADSHEET_SOURCES,
    pull: e.BROADSHEET_PULL,
    trustedProxies: e.BROADSHEET_TRUSTED_PROXIES,
    metrics: e.BROADSHEET_METRICS,
    logLevel: e.BROADSHEET_LOG_LEVEL,
    contact: e.BROADSHEET_CONTACT,
    githubToken: e.GITHUB_TOKEN,
    databaseUrl: e.DATABASE_URL,
    dataDir,
    host: e.HOST,
    port: e.PORT,
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

function hidden(name: string, value: unknown): unknown {
  return /TOKEN|SECRET|PASSWORD|DATABASE_URL/.test(name) ? '(hidden)' : value;
}
