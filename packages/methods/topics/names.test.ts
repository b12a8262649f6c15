import { describe, expect, test } from 'vitest';
import { countTerms, EMPTY_BACKGROUND, foldOf, nameTopic, termsOf, topFiveOverlap, withCounts } from './index.ts';

describe('terms', () => {
  test('are words and pairs that say something, each once, within a sentence', () => {
    const terms = [...termsOf('We propose Gaussian splatting. Splatting 3D Scenes is FAST!')];
    expect(terms).toEqual([
      'gaussian',
      'splatting',
      'gaussian splatting',
      'splatting 3D',
      'scenes',
      '3D scenes',
      'FAST',
    ]);
    expect(termsOf('')).toEqual(new Set());
  });

  test('addresses are none, and short forms and numbers of versions are whole', () => {
    expect([...termsOf('Splatting: https://github.com/some-lab/splat.git and www.some-lab.org/x too')]).toEqual([
      'splatting',
    ]);
    expect([...termsOf('RGB-D video by Gemini-1.5.')]).toEqual([...['RGB-D', 'video', 'RGB-D video', 'gemini-1.5']]);
    expect([...termsOf('A Robot. 3D maps end here.')]).toEqual(['robot', 'maps', '3D maps']);
  });

  test('phrases that every abstract has are one short word and not two halves', () => {
    expect([...termsOf('large language models (LLMs)')]).toEqual(['LLMs']);
    expect([...termsOf('a vision-language model')]).toEqual(['VLMs']);
  });

  test('singular and plural are one term; a hyphen is a space', () => {
    expect(foldOf('code agents')).toBe(foldOf('code agent'));
    expect(foldOf('long-context')).toBe('long context');
    expect(foldOf('LLMs')).toBe(foldOf('llm'));
    for (const word of ['bias', 'physics', 'analysis', 'class', 'corpus']) expect(foldOf(word)).toBe(word);
  });
});

describe('names', () => {
  const topics = [
    ['protein folding with molecules', 'protein folding networks', 'protein structures and folding'],
    ['speech recognition networks', 'speech recognition of noisy audio', 'speech recognition'],
  ].map((texts) => countTerms(texts));
  const background = withCounts(EMPTY_BACKGROUND, topics, 2);

  test('are a topic’s own words, pairs first, no word twice', () => {
    expect(nameTopic(topics[0], background)).toMatchObject({ name: expect.stringMatching(/^Protein folding/) });
    const { words } = nameTopic(topics[1], background);
    expect(words[0]).toBe('speech recognition');
    expect(words).not.toContain('speech');
    expect(nameTopic(countTerms([]), background)).toEqual({ name: '', words: [] });
  });

  test('keep the capitals that most papers give a word', () => {
    const texts = ['RLHF with PPO', 'RLHF and PPO again', 'Rlhf with PPO'];
    const { name } = nameTopic(countTerms(texts), withCounts(EMPTY_BACKGROUND, [countTerms(texts)], 1));
    expect(name).toBe('PPO, RLHF');
  });

  test('two lists of words have in common what is among the first five of both', () => {
    expect(topFiveOverlap(['a', 'b', 'c'], ['a', 'b', 'c'])).toBe(1);
    expect(topFiveOverlap(['agents', 'x'], ['agent', 'y'])).toBeCloseTo(1 / 3, 10);
    expect(topFiveOverlap([], [])).toBe(0);
  });
});
