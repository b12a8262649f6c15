import type { Component } from 'svelte';
import { render } from 'svelte/server';

/** What Svelte writes into HTML to find its places again when it hydrates. */
const MARKS = /<!--(?:\[[!-]?\d*|\]|)-->/g;

/**
 * HTML of a component that many pages show, rendered once for each key and kept, least recently used first out.
 *
 * The key must hold everything that the props are made from, and the props are all that the component may look at:
 * neither the page around it nor the reader, since another page gets the same HTML. Its styles come with the page that
 * imports it.
 * @param maxChars how much is kept, keys included
 */
export function keptHtml<Props extends Record<string, unknown>>(
  component: Component<Props>,
  maxChars: number,
): (key: string, props: () => Props) => string {
  const kept = new Map<string, string>();
  let chars = 0;
  return (key, props) => {
    const known = kept.get(key);
    if (known !== undefined) {
      kept.delete(key);
      kept.set(key, known);
      return known;
    }
    // The marks would say where to hydrate; what is kept is finished.
    const html = render(component, { props: props() }).body.replace(MARKS, '');
    kept.set(key, html);
    chars += key.length + html.length;
    for (const [oldKey, old] of kept) {
      if (chars <= maxChars) break;
      kept.delete(oldKey);
      chars -= oldKey.length + old.length;
    }
    return html;
  };
}
