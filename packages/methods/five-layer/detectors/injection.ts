import { type Check, skipped } from '../check.ts';
import type { Choice } from './flips.ts';

export type InjectionSign = 'invisible' | 'instruction';
export interface SuspiciousPassage {
  readonly sign: InjectionSign;
  readonly start: number;
  readonly end: number;
  readonly excerpt: string;
}

/** Zero-width, bidirectional-control and tag characters: a reader does not see them, a model does. */
const INVISIBLE = /[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\u{e0000}-\u{e007f}]+/gu;
/** Sentences that speak to a model. Papers about such attacks quote them, so these are suspicious and not proof. */
const INSTRUCTIONS = [
  /\b(?:ignore|disregard|forget)\s+(?:all\s+|any\s+)?(?:the\s+|your\s+)?(?:previous|prior|above|earlier)\s+(?:instructions?|prompts?|rules?)/giu,
  /\b(?:give|write|provide)\s+(?:only\s+)?(?:a\s+)?positive\s+(?:reviews?|assessments?|recommendations?)(?:\s+only)?/giu,
  /\bdo\s+not\s+(?:highlight|mention|report)\s+(?:any\s+)?(?:negatives?|weakness(?:es)?|limitations?)/giu,
  /\b(?:as|you\s+are)\s+an?\s+(?:ai|language\s+model|llm|assistant)\b[^.]{0,80}\b(?:must|should|will)\b/giu,
  /\b(?:system|assistant)\s*(?:prompt|message)?\s*:\s*(?:you|always|never)\b/giu,
];

/** D7, deterministic: what in a document is hidden from a reader, or speaks to a model. */
export function findSuspicious(text: string): SuspiciousPassage[] {
  const found: SuspiciousPassage[] = [];
  const add = (sign: InjectionSign, pattern: RegExp) => {
    for (const match of text.matchAll(pattern)) {
      const end = match.index + match[0].length;
      found.push({ sign, start: match.index, end, excerpt: text.slice(Math.max(0, match.index - 40), end + 40) });
    }
  };
  add('invisible', INVISIBLE);
  for (const pattern of INSTRUCTIONS) add('instruction', pattern);
  return found.sort((a, b) => a.start - b.start);
}

/** The text as a model may see it: nothing that a reader would not see. */
export function withoutInvisible(text: string): string {
  return text.replace(INVISIBLE, '');
}

/** One suspicious passage, and the same question answered with it and without it. */
export interface PassageProbe {
  readonly passage: SuspiciousPassage;
  /** Null where it was not asked, or could not be read. */
  readonly withIt: Choice | null;
  readonly withoutIt: Choice | null;
}

/** D7: amber where a passage is suspicious, red where it changes an answer or its marker came back in an output. */
export function checkInjection(probes: readonly PassageProbe[], markerLeaked: boolean): Check {
  if (probes.length === 0 && !markerLeaked)
    return {
      layer: 4,
      detector: 'injection',
      result: 'pass',
      statistic: 0,
      threshold: 1,
      n: 0,
      detail: 'No document speaks to the model.',
    };
  const moved = probes.filter(({ withIt, withoutIt }) => withIt !== null && withoutIt !== null && withIt !== withoutIt);
  if (moved.length > 0 || markerLeaked)
    return {
      layer: 4,
      detector: 'injection',
      result: 'red',
      statistic: moved.length + (markerLeaked ? 1 : 0),
      threshold: 1,
      n: probes.length,
      detail: markerLeaked
        ? 'A marker that must never appear came back: a document is being obeyed.'
        : `The answer changes with a passage of a document: "${moved[0].passage.excerpt.trim()}".`,
    };
  if (probes.every(({ withIt }) => withIt === null) && probes.length > 0)
    return {
      ...skipped(4, 'injection', 'A passage speaks to the model; whether it is obeyed was not tried yet.'),
      result: 'amber',
      n: probes.length,
    };
  return {
    layer: 4,
    detector: 'injection',
    result: 'amber',
    statistic: 0,
    threshold: 1,
    n: probes.length,
    detail: 'A passage speaks to the model, and the answer is the same without it.',
  };
}
