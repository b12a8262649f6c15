import { plainText } from '../papers/index.ts';

/** Parts of a name that are written after a comma and are nobody on their own. */
const SUFFIX = /^(?:Jr|Sr|II|III|IV|Ph\.?\s?D)\.?$/i;

/** "A. One (1), B. Two, Jr., and C. Three ((1) Somewhere)": affiliations in brackets go, names stay. */
export function splitAuthors(text: string): string[] {
  return withSuffixes(withoutBrackets(text).split(/,\s*(?:and\s+)?|\s+and\s+/));
}

/** The comma list of a feed. An "and" inside it belongs to a collaboration's name. */
export function splitCreators(text: string): string[] {
  return withSuffixes(withoutBrackets(text).split(','));
}

function withoutBrackets(text: string): string {
  let bare = text;
  for (let before = ''; before !== bare; ) {
    before = bare;
    bare = bare.replace(/\([^()]*\)/g, ' ');
  }
  return bare;
}

function withSuffixes(parts: string[]): string[] {
  const names: string[] = [];
  for (const name of parts.map(plainText)) {
    if (SUFFIX.test(name) && names.length > 0) names.push(`${names.pop()}, ${name}`);
    else if (name) names.push(name);
  }
  return names;
}
