import { createHash } from 'node:crypto';
import { FAMILIES, type Family } from './drawings/index.ts';

/** Half the width of a drawing. */
const REACH = 180;

/** A paper's own small drawing, in the colour of the text around it. */
export function drawPaper(paper: Drawn): string {
  return `<svg viewBox="${-REACH} ${-REACH} ${2 * REACH} ${2 * REACH}" width="${2 * REACH}" height="${2 * REACH}"><path d="${drawingOf(paper)}" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linejoin="round"/></svg>`;
}

export interface Drawn {
  key: string;
  categories: string[];
}

/**
 * The drawing as one path around the origin. What it is of comes from the paper's first category, how it turns out from
 * the paper's id: the same two give the same path for ever, on every site.
 */
export function drawingOf({ key, categories }: Drawn): string {
  const bytes = createHash('sha256').update(key).digest();
  return familyOf(categories[0], bytes[31]).draw(bytes);
}

/** The family of a category; papers whose category nobody has told yet, or that no family is made for, are dealt out by their id. */
function familyOf(category: string | undefined, lot: number): Family {
  const archive = category?.split('.')[0];
  const made = FAMILIES.find((f) => f.categories.some((name) => name === category || name === archive));
  return made ?? FAMILIES[lot % FAMILIES.length];
}
