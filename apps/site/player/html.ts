import { escapeText } from './drawing/svg.ts';

/** HTML that is safe to put into a page: made by `html`, or marked by hand. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
  toString(): string {
    return this.text;
  }
}

type Part = Html | string | number | undefined | null | false | readonly Part[];

/** HTML text whose inserted values are escaped, unless they are HTML themselves; lists are joined, nothing is nothing. */
export function html(strings: TemplateStringsArray, ...parts: Part[]): Html {
  return new Html(strings.reduce((text, next, i) => text + written(parts[i - 1]) + next));
}

/** Marks text as HTML; for SVG that our own drawing made. */
export function trusted(text: string): Html {
  return new Html(text);
}

function written(part: Part): string {
  if (part === undefined || part === null || part === false) return '';
  if (part instanceof Html) return part.text;
  if (Array.isArray(part)) return part.map(written).join('');
  return escapeText(String(part));
}
