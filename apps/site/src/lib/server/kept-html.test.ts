import type { Component } from 'svelte';
import { expect, test } from 'vitest';
import { keptHtml } from './kept-html.ts';

/** A component as the compiler writes it for the server. */
function rowsOf(rendered: string[]): Component<{ word: string }> {
  const row = (renderer: { push(html: string): void }, { word }: { word: string }) => {
    rendered.push(word);
    renderer.push(`<!--[0--><li>${word}<!--[-1--><!--]--></li><!--]--><!---->`);
  };
  return row as unknown as Component<{ word: string }>;
}

test('a component is rendered once for each key, without the marks of hydration', () => {
  const rendered: string[] = [];
  const html = keptHtml(rowsOf(rendered), 1e6);
  expect(html('a', () => ({ word: 'rivers' }))).toBe('<li>rivers</li>');
  expect(html('a', () => ({ word: 'never asked' }))).toBe('<li>rivers</li>');
  expect(html('b', () => ({ word: 'bridges' }))).toBe('<li>bridges</li>');
  expect(rendered).toEqual(['rivers', 'bridges']);
});

test('no more is kept than allowed, and what was asked for last', () => {
  const rendered: string[] = [];
  // A key and its row are eleven characters: nine of them.
  const html = keptHtml(rowsOf(rendered), 100);
  const ask = (key: string) => html(key, () => ({ word: key }));
  for (const key of 'abcdefghijakla') ask(key);
  expect(rendered.filter((word) => word === 'a')).toHaveLength(2);
  ask('l');
  expect(rendered.filter((word) => word === 'l')).toHaveLength(1);
});
