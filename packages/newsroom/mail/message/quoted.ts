/** A text in quoted-printable (RFC 2045 §6.7), cut where something of each letter's own is to be put in. */
export interface Quoted {
  /** Encoded, ASCII; one more than there are slots. Bytes and not text: thousands of letters share them. */
  pieces: Buffer[];
  /** The same as DKIM sees them (RFC 6376 §3.4.4): no white space at line ends, runs of it as one space. */
  canonical: Buffer[];
  /** What stands between the pieces. */
  slots: string[];
}

const MAX_LINE = 76;
const SOFT_BREAK = '=\r\n';

/**
 * Encodes a text once for many letters. Around each slot the line is broken softly, which a reader undoes, so that what
 * is filled in never makes a line too long and never changes what stands around it.
 */
export function quote(text: string, slots: string[]): Quoted {
  const parts = slots.length === 0 ? [text] : text.split(new RegExp(`(${slots.map(escaped).join('|')})`));
  const pieces = parts
    .filter((_, index) => index % 2 === 0)
    .map((part, index, all) => {
      const before = index > 0 ? SOFT_BREAK : '';
      const after = index < all.length - 1 ? SOFT_BREAK : '';
      return before + encode(part) + after;
    });
  const bytes = (text: string) => Buffer.from(text, 'latin1');
  return {
    pieces: pieces.map(bytes),
    canonical: pieces.map((piece) => bytes(canonicalLines(piece))),
    slots: parts.filter((_, index) => index % 2 === 1),
  };
}

/** The encoded text with the slots filled in, and the same as DKIM sees it; each in stretches of bytes. */
export function fill(
  { pieces, canonical, slots }: Quoted,
  values: Record<string, string>,
): { text: Buffer[]; canonical: Buffer[] } {
  const filled = slots.map((slot) => Buffer.from(encode(values[slot]), 'latin1'));
  const between = (stretches: Buffer[]) => stretches.flatMap((one, i) => (i === 0 ? [one] : [filled[i - 1], one]));
  return { text: between(pieces), canonical: between(canonical) };
}

function encode(text: string): string {
  return text
    .split(/\r\n|\r|\n/)
    .map(encodeLine)
    .join('\r\n');
}

function encodeLine(line: string): string {
  const bytes = Buffer.from(line, 'utf8');
  let out = '';
  let column = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    const isLast = i === bytes.length - 1;
    const isPlain = byte >= 33 && byte <= 126 && byte !== 61;
    // Space at the end of a line gets lost on the way; "From " at its beginning gets a ">" from old programs.
    const isSpace = (byte === 32 || byte === 9) && !isLast;
    const isFrom = i === 0 && byte === 70 && line.startsWith('From ');
    const sign = (isPlain || isSpace) && !isFrom ? String.fromCharCode(byte) : `=${HEX[byte]}`;
    if (column + sign.length > MAX_LINE - (isLast ? 0 : 1)) {
      // A space that the break would leave at the end of the line.
      if (out.endsWith(' ') || out.endsWith('\t')) out = `${out.slice(0, -1)}=${HEX[out.charCodeAt(out.length - 1)]}`;
      out += SOFT_BREAK;
      column = 0;
    }
    out += sign;
    column += sign.length;
  }
  return out;
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).toUpperCase().padStart(2, '0'));

function canonicalLines(text: string): string {
  return text.replace(/[ \t]+/g, ' ').replace(/ \r\n/g, '\r\n');
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
