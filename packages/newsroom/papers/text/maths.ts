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
    return katex.renderToString(tex, {
      output: 'mathml',
      displayMode: display,
      throwOnError: true,
      trust: false,
      strict: 'ignore',
      maxExpand: 500,
      maxSize: 20,
    });
  } catch {
    return `<code>${escapeHtml(tex)}</code>`;
  }
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}
