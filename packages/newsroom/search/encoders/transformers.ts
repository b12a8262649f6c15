import { asUnit, type SearchEncoder } from './index.ts';

/** What of transformers.js is used; the package is installed by those who want it. */
interface Transformers {
  pipeline(task: 'feature-extraction', model: string, options: { dtype: string }): Promise<Extractor>;
}
type Extractor = (
  texts: string[],
  options: { pooling: string; normalize: boolean },
) => Promise<{ tolist(): number[][] }>;

/**
 * A model that transformers.js runs in this process.
 * @param model a Hugging Face id, or a folder with the model's files
 */
export async function transformersEncoder(model: string): Promise<SearchEncoder> {
  const library = '@huggingface/transformers';
  const { pipeline } = (await import(library).catch((cause) => {
    throw new Error(
      `BROADSHEET_ENCODER names a model for transformers.js, which is not installed; run "npm install --no-save ${library}".`,
      { cause },
    );
  })) as Transformers;
  const extract = await pipeline('feature-extraction', model, { dtype: 'q8' });
  const vectorsOf = async (texts: readonly string[]) =>
    (await extract([...texts], { pooling: 'mean', normalize: true })).tolist().map(asUnit);
  const [probe] = await vectorsOf(['dimensions']);
  return { id: `transformers-${model}`, dimensions: probe.length, encode: vectorsOf };
}
