/** One part of a message: its headers by lower-case name, and its body or its parts. */
export interface Part {
  headers: Map<string, string[]>;
  /** 'multipart/report', lower case; 'text/plain' where none is given. */
  type: string;
  body: string;
  parts: Part[];
}

/** Deeper than any report; a message that nests further is made to exhaust us. */
const MAX_DEPTH = 8;
const MAX_PARTS = 100;

/**
 * Reads as much of MIME as reports need (RFC 2045, 2046): headers with their folds, parts by their boundaries. Reads
 * anything: what is no message comes out as one without headers.
 */
export function parseMessage(text: string, depth = 0): Part {
  const normal = depth === 0 ? text.replace(/\r\n?/g, '\n') : text;
  const split = normal.startsWith('\n') ? 0 : normal.indexOf('\n\n');
  const head = split === -1 ? normal : normal.slice(0, split);
  const rest = split === -1 ? '' : normal.slice(split + (split === 0 ? 1 : 2));
  const headers = parseFields(head);
  const contentType = headers.get('content-type')?.[0] ?? '';
  const type = /^\s*([^;\s]+)/.exec(contentType)?.[1].toLowerCase() ?? 'text/plain';
  const boundary = /;\s*boundary\s*=\s*(?:"([^"]{1,200})"|([^;\s]{1,200}))/i.exec(contentType);
  const body = decoded(rest, headers.get('content-transfer-encoding')?.[0] ?? '');
  const parts =
    type.startsWith('multipart/') && boundary && depth < MAX_DEPTH
      ? bodiesOf(rest, boundary[1] ?? boundary[2]).map((part) => parseMessage(part, depth + 1))
      : [];
  return { headers, type, body, parts };
}

/** The fields of a header block (RFC 5322 §2.2), also of the groups in a delivery report, which are written the same way. */
export function parseFields(block: string): Map<string, string[]> {
  const fields = new Map<string, string[]>();
  // A folded line goes on with a space or a tab.
  for (const line of block.replace(/\n[ \t]+/g, ' ').split('\n')) {
    const colon = line.indexOf(':');
    if (colon < 1) continue;
    const name = line.slice(0, colon).trim().toLowerCase();
    const values = fields.get(name) ?? [];
    values.push(line.slice(colon + 1).trim());
    fields.set(name, values);
  }
  return fields;
}

/** The first part of a type, wherever it is nested. */
export function findPart(part: Part, isWanted: (type: string) => boolean): Part | undefined {
  if (isWanted(part.type)) return part;
  for (const inner of part.parts) {
    const found = findPart(inner, isWanted);
    if (found) return found;
  }
  return undefined;
}

function bodiesOf(text: string, boundary: string): string[] {
  const bodies: string[] = [];
  let current: string[] | undefined;
  for (const line of text.split('\n')) {
    const bare = line.trimEnd();
    if (bare === `--${boundary}--`) break;
    if (bare === `--${boundary}`) {
      if (current) bodies.push(current.join('\n'));
      if (bodies.length >= MAX_PARTS) return bodies;
      current = [];
    } else current?.push(line);
  }
  if (current) bodies.push(current.join('\n'));
  return bodies;
}

function decoded(body: string, encoding: string): string {
  const name = encoding.trim().toLowerCase();
  if (name === 'base64') return Buffer.from(body, 'base64').toString('utf8').replace(/\r\n?/g, '\n');
  if (name !== 'quoted-printable') return body;
  const joined = body.replace(/[ \t]+$/gm, '').replace(/=\n/g, '');
  return joined.replace(/=([0-9A-F]{2})/gi, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
