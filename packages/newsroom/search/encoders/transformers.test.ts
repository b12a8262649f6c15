import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openEncoder, type SearchEncoder } from './index.ts';

/**
 * transformers.js and its runtimes are some 500 MB that nobody else needs, so they are no dependency. To run these:
 * npm install --no-save @huggingface/transformers
 */
const isInstalled = canBeFound('@huggingface/transformers');
const why = isInstalled ? '' : ' (skipped: @huggingface/transformers is not installed)';

const WORDS = ['[PAD]', '[UNK]', 'river', 'stream', 'star', 'the'];
const DIMENSIONS = 4;
const ROWS = [
  [0, 0, 0, 0],
  [0, 0, 0, 1],
  [1, 0, 0, 0],
  [0.9, 0.1, 0, 0],
  [0, 0, 1, 0],
  [0, 0, 0, 0.1],
];

describe.skipIf(!isInstalled)(`a model in a folder, run by transformers.js${why}`, () => {
  let folder: string;
  let encoder: SearchEncoder;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'broadsheet-model-'));
    mkdirSync(join(folder, 'onnx'));
    writeFileSync(join(folder, 'onnx', 'model_quantized.onnx'), lookUpModel());
    for (const [name, content] of Object.entries({
      'config.json': { model_type: 'bert', architectures: ['BertModel'], hidden_size: DIMENSIONS },
      'tokenizer_config.json': { tokenizer_class: 'BertTokenizer', unk_token: '[UNK]', pad_token: '[PAD]' },
      'tokenizer.json': {
        ...{ version: '1.0', truncation: null, padding: null, added_tokens: [], post_processor: null, decoder: null },
        normalizer: { type: 'Lowercase' },
        pre_tokenizer: { type: 'Whitespace' },
        model: { type: 'WordLevel', unk_token: '[UNK]', vocab: Object.fromEntries(WORDS.map((word, i) => [word, i])) },
      },
    }))
      writeFileSync(join(folder, name), JSON.stringify(content));
    encoder = (await openEncoder({ name: `transformers:${folder}` })) as SearchEncoder;
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('gives unit vectors of its dimensions, the mean of its words’', async () => {
    const [river, both] = await encoder.encode(['River', 'river star']);
    expect(encoder.dimensions).toBe(128);
    expect([...river.subarray(0, DIMENSIONS)]).toEqual([1, 0, 0, 0].map((x) => expect.closeTo(x, 5)));
    const half = Math.SQRT1_2;
    expect([...both.subarray(0, DIMENSIONS)]).toEqual([half, 0, half, 0].map((x) => expect.closeTo(x, 5)));
  });

  test('texts of unlike length in one batch do not change each other', async () => {
    const [alone] = await encoder.encode(['stream']);
    const [together] = await encoder.encode(['stream', 'the river the star the stream']);
    for (let d = 0; d < DIMENSIONS; d++) expect(together[d]).toBeCloseTo(alone[d], 5);
  });
});

test.skipIf(isInstalled)('without transformers.js the setting is refused with what to install', async () => {
  await expect(openEncoder({ name: 'transformers:some/model' })).rejects.toThrow(
    /not installed; run "npm install --no-save @huggingface\/transformers"/,
  );
});

function canBeFound(library: string): boolean {
  try {
    createRequire(import.meta.url).resolve(library);
    return true;
  } catch {
    return false;
  }
}

/** An ONNX file whose only node looks rows up by token: as small as a text encoder can be. */
function lookUpModel(): Uint8Array {
  const floats = new Uint8Array(Float32Array.from(ROWS.flat()).buffer);
  const [INT64, FLOAT] = [7, 1];
  const any = field(1, field(2, text('n')));
  const value = (name: string, type: number, dims: Uint8Array[]) =>
    join8([field(1, text(name)), field(2, field(1, join8([int(1, type), field(2, join8(dims))])))]);
  const graph = join8([
    field(
      1,
      join8([
        field(1, text('table')),
        field(1, text('input_ids')),
        field(2, text('last_hidden_state')),
        field(4, text('Gather')),
      ]),
    ),
    field(2, text('look-up')),
    field(
      5,
      join8([int(1, WORDS.length), int(1, DIMENSIONS), int(2, FLOAT), field(8, text('table')), field(9, floats)]),
    ),
    field(11, value('input_ids', INT64, [any, any])),
    field(11, value('attention_mask', INT64, [any, any])),
    field(12, value('last_hidden_state', FLOAT, [any, any, field(1, int(1, DIMENSIONS))])),
  ]);
  return join8([int(1, 8), field(7, graph), field(8, join8([field(1, text('')), int(2, 18)]))]);
}

// As much of protocol buffers as this file needs: all its numbers and most of its lengths fit into one or two bytes.
function int(number: number, value: number): Uint8Array {
  return Uint8Array.of(number << 3, value);
}

function field(number: number, bytes: Uint8Array): Uint8Array {
  const { length } = bytes;
  return join8([
    Uint8Array.of((number << 3) | 2, ...(length < 128 ? [length] : [(length & 127) | 128, length >> 7])),
    bytes,
  ]);
}

function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

function join8(parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}
