import { type Layer, THRESHOLDS_V1 } from '@broadsheet/methods/five-layer';

/** What a model could do when it was measured. Nothing of it is assumed: each was tried, or is the server's own word. */
export interface Abilities {
  /** A small object, asked for once: alone, among other words, or not even when it was asked again. */
  readonly json: 'plain' | 'wrapped' | 'none';
  readonly window: MeasuredWindow;
  /** The server says how many tokens it read: without that, a prompt that it cuts is not noticed. */
  readonly countsTokens: boolean;
  /** The answer comes in pieces. */
  readonly streams: boolean;
  /** What a short answer took. */
  readonly ms: number;
}

export interface MeasuredWindow {
  /** By whoever set the model up. */
  readonly declared: number;
  /** By the server itself, where it says so. */
  readonly served: number | null;
  /** The longest prompt of which all facts were recalled; 0 where none was tried. */
  readonly held: number;
  /** Where it failed, and which facts were lost, by their depth in per cent. */
  readonly failedAt: number | null;
  readonly lostAt: readonly number[];
  /**
   * Why no longer prompt was tried: all that it is said to hold is held; facts were forgotten; the server read less than
   * it was sent; it refused the length; the budget has no room for more; no answer of it can be read.
   */
  readonly end: 'whole' | 'forgot' | 'cut' | 'refused' | 'budget' | 'unread';
  /** What a server that refused said. */
  readonly said: string;
}

/** A part of the five layers that does not work with this model, and why. */
export interface Missing {
  readonly layer: Layer;
  readonly what: string;
  readonly because: string;
}

/** The window that a session reckons with: what was measured, where that is less than what was said. */
export function windowOf({ declared, served, held, end }: MeasuredWindow): number {
  const said = Math.min(declared, served ?? declared);
  return end === 'forgot' || end === 'cut' || end === 'refused' ? Math.min(said, held) : said;
}

/**
 * Degraded mode: the layers that a session goes without.
 * @param noise how often the model differs from itself
 * @param promptTokens what question and evidence take, before anything is said
 */
export function missingOf(abilities: Abilities, noise: number, promptTokens: number): Missing[] {
  const { endpoint, exhaustion } = THRESHOLDS_V1;
  const window = windowOf(abilities.window);
  const share = promptTokens / window;
  const missing: Missing[] = [];
  if (abilities.json === 'none') {
    const because = 'it answered with no JSON, also when it was asked again';
    missing.push({ layer: 3, what: 'all probes, citations and quotations', because });
    missing.push({ layer: 4, what: 'memory, and a change of the model', because });
  }
  if (!abilities.countsTokens)
    missing.push({
      layer: 4,
      what: 'a conversation that the server cuts',
      because: 'the server does not say how many tokens it read',
    });
  if (noise >= endpoint.p1)
    missing.push({
      layer: 4,
      what: 'a change of the model',
      because: `it differs from itself in ${Math.round(noise * 100)} % of its answers`,
    });
  if (share >= exhaustion.budgetAmber)
    missing.push({
      layer: 4,
      what: 'room for a longer talk',
      because: `question and evidence take ${Math.round(share * 100)} % of the ${window.toLocaleString('en')} tokens that it holds`,
    });
  return missing;
}

/** Why no session can be held with this model; null where one can. */
export function whyUnfit(abilities: Abilities, promptTokens: number): string | null {
  if (abilities.json === 'none')
    return 'The model answered a small question with no JSON, also when it was asked again: none of the checks could read it. Begin with another model.';
  const window = windowOf(abilities.window);
  if (promptTokens < window * THRESHOLDS_V1.exhaustion.budgetRed) return null;
  if (window === 0) return `This model cannot be worked with. ${windowSentence(abilities.window)}`;
  return `Question and evidence take about ${promptTokens.toLocaleString('en')} of the ${window.toLocaleString('en')} tokens that this model holds, which would stop the session at once. Withdraw evidence, or begin with a model that holds more.`;
}

export function missingSentence({ layer, what, because }: Missing): string {
  return `layer ${layer}: ${what}; ${because}`;
}

const JSON_WORDS = { plain: 'alone', wrapped: 'among other words', none: 'not at all' } as const;

/** The same without what the server said: for events that hold no words of others. */
export function withoutWords(abilities: Abilities): Abilities {
  return { ...abilities, window: { ...abilities.window, said: '' } };
}

/** What was measured, in sentences for pages and records. */
export function abilitySentences(abilities: Abilities): string[] {
  const { json, window, countsTokens, streams, ms } = abilities;
  return [
    windowSentence(window),
    `JSON comes ${JSON_WORDS[json]}.`,
    `The server ${countsTokens ? 'says' : 'does not say'} how many tokens it read; answers come ${streams ? 'in pieces' : 'whole'}, a short one in ${Math.max(1, Math.round(ms))} ms.`,
  ];
}

function windowSentence(window: MeasuredWindow): string {
  const { declared, served, held, failedAt, lostAt, end, said } = window;
  const n = (tokens: number) => tokens.toLocaleString('en');
  const claimed = served === null ? `${n(declared)} tokens as declared` : `${n(served)} tokens as the server says`;
  const holds = held === 0 ? 'No prompt was held whole' : `Holds ${n(held)} tokens`;
  switch (end) {
    case 'whole':
      return `${holds}, all of its ${claimed}.`;
    case 'budget':
      return held === 0
        ? `Its window was not measured, the budget has no room for it; ${claimed}.`
        : `${holds}; beyond that it was not tried, to spare the budget, and is ${claimed}.`;
    case 'unread':
      return `Its window could not be measured, since none of its answers can be read; ${claimed}.`;
    case 'forgot':
      return `${holds}, and not the ${claimed}: at ${n(failedAt ?? 0)} it had forgotten what stood at ${lostAt.join(', ')} % of the prompt.`;
    case 'cut':
      return `${holds}, and not the ${claimed}: of ${n(failedAt ?? 0)} the server read no more, and said nothing of it.`;
    case 'refused':
      return `${holds}, and not the ${claimed}: ${n(failedAt ?? 0)} were refused. ${said}`.trim();
  }
}
