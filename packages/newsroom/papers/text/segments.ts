/** A stretch of a title or abstract: plain text, or a formula. */
export interface Segment {
  kind: 'text' | 'maths';
  text: string;
  display?: boolean;
}

/**
 * Splits text into prose and maths. `$…$` is maths only where TeX would mean it so: a lone dollar, and dollars before
 * amounts ("$5 to $10"), stay dollars.
 */
export function segmentsOf(text: string): Segment[] {
  if (!/\$|\\[([]/.test(text)) return text ? [{ kind: 'text', text }] : [];
  const segments: Segment[] = [];
  let prose = '';
  const flush = () => {
    if (prose) segments.push({ kind: 'text', text: prose });
    prose = '';
  };
  for (let at = 0; at < text.length; ) {
    const found = formulaAt(text, at);
    if (found) {
      flush();
      segments.push({ kind: 'maths', text: found.tex, display: found.display });
      at = found.end;
    } else if (text[at] === '\\' && text[at + 1] === '$') {
      prose += '\\$';
      at += 2;
    } else {
      prose += text[at];
      at += 1;
    }
  }
  flush();
  return segments;
}

interface Formula {
  tex: string;
  display: boolean;
  end: number;
}

/** The formula that begins at a place, in any of the ways in which TeX marks one; undefined where none does. */
export function formulaAt(text: string, at: number): Formula | undefined {
  if (text.startsWith('$$', at)) return delimited(text, at, '$$', '$$', true);
  if (text.startsWith('\\(', at)) return delimited(text, at, '\\(', '\\)', false);
  if (text.startsWith('\\[', at)) return delimited(text, at, '\\[', '\\]', true);
  if (text[at] !== '$') return undefined;
  const end = closingDollar(text, at + 1);
  if (end === undefined) return undefined;
  const tex = text.slice(at + 1, end);
  if (isMoney(tex, text[end + 1])) return undefined;
  return { tex, display: false, end: end + 1 };
}

function delimited(text: string, at: number, open: string, close: string, display: boolean): Formula | undefined {
  const end = text.indexOf(close, at + open.length);
  if (end <= at + open.length) return undefined;
  return { tex: text.slice(at + open.length, end), display, end: end + close.length };
}

function closingDollar(text: string, from: number): number | undefined {
  for (let at = from; at < text.length; at++) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '$') return at > from ? at : undefined;
  }
  return undefined;
}

/** "$5 to $10": an amount, then prose up to a dollar that another amount follows. */
function isMoney(tex: string, after: string | undefined): boolean {
  if (/^\s|\s$/.test(tex) && !/[\\^_=<>+]/.test(tex)) return true;
  const startsWithAmount = /^\d[\d.,]*\s?(?:[kKmMbB]|million|billion|thousand|per|an?|to|and|or|USD)?\b/.test(tex);
  return (
    startsWithAmount &&
    /[A-Za-z]{2,}\s/.test(tex) &&
    !/[\\^_=]/.test(tex) &&
    (after === undefined || /\d|\s|[.,;)]/.test(after))
  );
}
