import katex from 'katex';

/** Longer formulas are shown as their source: no abstract needs more, and an attacker's would cost time. */
const MAX_FORMULA_CHARS = 2_000;

/**
 * A formula as MathML, which browsers draw themselves; its TeX source where it cannot be read.
 * KaTeX is told to trust nothing: links, images, styles and classes from the formula never reach the page.
 */
export function mathsHtml(tex: string, { display }: { display: boolean }): string {
  if (tex.length > MAX_FORMULA_CHARS) return `<code>${escapeHtml(tex)}</code>`;
  try {
    const html = katex.renderToString(tex, {
      output: 'mathml',
      displayMode: display,
      throwOnError: true,
      trust: false,
      strict: 'ignore',
      maxExpand: 500,
      maxSize: 20,
    });
    return spaced(html);
  } catch {
    return `<code>${escapeHtml(tex)}</code>`;
  }
}

const THIN = '<mspace width="0.1667em"></mspace>';
/** A function's name and the sign that it is one, with what stands before and behind it. */
const FUNCTION = /(<\/m(?:i|n|row|sup|sub|subsup)>)?(<mi>[a-z]{2,}<\/mi><mo>\u2061<\/mo>)(?=(<mo|<mrow><mo|<\/)?)/g;

/** TeX puts a thin space around log and its like; MathML leaves that to its writer, and KaTeX does not write it. */
function spaced(html: string): string {
  return html.replace(
    FUNCTION,
    (_, before: string | undefined, name: string, isFollowedBySign: string | undefined) =>
      `${before ? before + THIN : ''}${name}${isFollowedBySign ? '' : THIN}`,
  );
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}
