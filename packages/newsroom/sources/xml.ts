import { SaxesParser } from 'saxes';

/** An element with its children, attributes and text; namespaces are written out as prefixes, as the document has them. */
export interface Element {
  name: string;
  attributes: Record<string, string>;
  text: string;
  children: Element[];
}

/** Not allowed in XML, yet pasted into metadata now and then; one of them must not hide a whole page. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL_CHARACTERS = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g;

/** One record larger than this is no record. */
const MAX_ELEMENT_CHARS = 4 * 1024 * 1024;

/**
 * Streams the elements of given names out of an XML document; memory holds one of them at a time.
 * @throws when the document is no XML, or ends before its root does (a truncated answer must not look whole).
 */
export async function* elementsOf(
  chunks: AsyncIterable<Uint8Array | string>,
  names: ReadonlySet<string>,
): AsyncIterable<Element> {
  const parser = new SaxesParser();
  const found: Element[] = [];
  const open: Element[] = [];
  let depth = 0;
  let size = 0;
  let sinceTag = 0;
  let failure: Error | undefined;
  parser.on('error', (error) => {
    failure ??= new Error(error.message.replace(/^\d+:\d+:\s*/, ''));
  });
  parser.on('opentag', (tag) => {
    depth += 1;
    sinceTag = 0;
    if (open.length === 0 && !names.has(tag.name)) return;
    const element = { name: tag.name, attributes: tag.attributes as Record<string, string>, text: '', children: [] };
    open.at(-1)?.children.push(element);
    open.push(element);
  });
  const onText = (text: string) => {
    const element = open.at(-1);
    if (!element) return;
    element.text += text;
    size += text.length;
    if (size > MAX_ELEMENT_CHARS) failure ??= tooLong(open[0].name);
  };
  parser.on('text', onText);
  parser.on('cdata', onText);
  parser.on('closetag', () => {
    depth -= 1;
    sinceTag = 0;
    const element = open.pop();
    if (!element || open.length > 0) return;
    size = 0;
    found.push(element);
  });
  const decoder = new TextDecoder('utf-8', { fatal: false });
  let isEmpty = true;
  for await (const chunk of chunks) {
    const text = typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    isEmpty &&= text.trim() === '';
    // The parser holds text back until its end: without a tag for too long, there is no event to measure it by.
    sinceTag += text.length;
    parser.write(text.replace(CONTROL_CHARACTERS, ''));
    yield* found.splice(0);
    if (sinceTag > MAX_ELEMENT_CHARS) failure ??= tooLong(open[0]?.name);
    if (failure) throw failure;
  }
  if (isEmpty) throw new Error('the answer is empty where XML was expected');
  parser.close();
  yield* found.splice(0);
  if (failure) throw failure;
  if (depth !== 0) throw new Error('the XML ends in the middle');
}

function tooLong(name?: string): Error {
  return new Error(`${name ? `a <${name}>` : 'text without a tag'} is longer than ${MAX_ELEMENT_CHARS} characters`);
}

/** A whole answer as the stream that parsers read. */
export async function* inOneChunk(text: string): AsyncIterable<string> {
  yield text;
}

export function childText(element: Element, name: string): string | undefined {
  const text = element.children.find((child) => child.name === name)?.text.trim();
  return text === '' ? undefined : text;
}

export function childTexts(element: Element, name: string): string[] {
  return element.children
    .filter((child) => child.name === name)
    .map((child) => child.text.trim())
    .filter(Boolean);
}
