/** Words that say nothing of a paper's topic: English's own, and those of every abstract. */
const STOP_WORDS = new Set(
  `a about above across after again against all almost along already also although among an and another any are as at away be because been
  before being below best better between both but by can cannot could did do does doing done down due during each either else enough
  especially etc even ever every few finally first for from further get give given good had has have having he hence here how however i if
  in indeed instead into is it its itself just last least less let like likely made mainly make makes making many may me might more moreover
  most mostly much must my namely near nearly need needed needs neither never new next no non none nor not nothing now of off often on once
  one ones only onto or other others otherwise our out over overall own part particularly per perhaps put quite rather really same second
  see seem several she should since so some still such take taken than that the their them themselves then there thereby therefore these
  they thing third this those three through throughout thus to together too toward towards two under unlike until up upon us use used
  useful user uses using usually various vary versus very via was way ways we well were what whatever when where whereas whether which
  while who whole whose why will with within without would year years yes yet you your
  abstract achieve achieved achieves achieving across addition additional additionally address addresses addressing advance advanced
  advancement advancements advances aim aims allow allowing allows alternative analyses analysis analyze apply applied applies applying approach approaches
  art article aspect aspects author available base based baseline baselines benefit benefits broad broader capability capable case cases
  challenge challenges challenging code codebase common commonly compare compared comparing comparison competitive complex complexity comprehensive computer
  conduct conducted consider considerable consistent consistently contribute contribution contributions crucial current currently dataset datasets
  data deal demonstrate demonstrated demonstrates demonstrating describe design designed despite detail detailed develop developed developing
  development difference different difficult difficulty directly diverse effect effective effectively effectiveness effects efficiency efficient efficiently effort efforts
  emerge emerged enable enabled enables enabling end end-to-end enhance enhanced enhances enhancing ensure ensures ensuring essential establish
  evaluate evaluated evaluating evaluation evaluations evidence examine example examples existing experiment experimental experiments explore
  explored explores exploring extend extensive extensively facilitate fail field findings focus focused focuses following forms framework frameworks full fully fundamental
  future gap gaps general generalizable generally github github.com goal great greater grow growing high high-quality higher highly https huggingface http
  identify impact important improve improved improvement improvements improves improving include includes including increase increased
  increasing increasingly industry insight insights integrate integrated integrates integrating introduce introduced introduces introducing investigate involve
  issue issues key known lack lead leading leads learn learned learning level leverage leveraged leverages leveraging limit limitation limitations
  limited low lower main major manner mean mechanism mechanisms method methodology methods model modeling modelling models multiple multi natural naturally nature
  notable notably novel number observe obtain obtained offer offering offers open open-source open-sourced opportunities optimal order original outperform
  outperforming outperforms paper papers particular perform performance performances performs pipeline popular possible potential potentially power powerful
  practical practice present presented presenting presents previous previously primarily prior problem problems procedure process processes produce project
  promising proper properties propose proposed proposes proposing prove prove proven provide provided provides providing public publicly range
  rapid rapidly rate rates ratio reach real real-world realistic recent recently reduce reduced reduces reducing related release released relevant reliable remain remained remains report
  require required requirement requirements requires requiring research researchers result resulting results reveal reveals review rich robust robustness role
  scale scenario scenarios scope set sets setting settings shift show showing shown shows significant significantly similar simple
  simultaneously single small solution solutions solve source specific specifically standard state state-of-the-art step steps strategies strategy
  strong structure studied studies study substantial substantially success successful successfully suggest superior superiority support surpass surpasses
  systematic systematically system systems tackle target task tasks technique techniques term terms test tested tests theory time tool tools top total train trained training trend
  type types typically underlying understand understanding unified unique unprecedented utilize utilized utilizes utilizing ask asked asks find finds finding discuss discusses discussed overview directions direction categorize categorizes categorizing
  assess assesses assessed assessing assessment language processing taxonomy submitting registered encode encodes accurate accurately accuracy
  score scores image-based two-stage three-stage first-of-its-kind widely-used sota behind well-suited in-depth believe wrong
  valid validate validated validation value values variety
  varying version web website widely work works world`
    .split(/\s+/)
    .filter(Boolean),
);

/** With what is written on to it: vision-language, GPT-4o, gemini-1.5. */
const WORD = /\p{N}*\p{L}[\p{L}\p{M}\p{N}]*(?:[-'’][\p{L}\p{N}]+|\.\p{N}+)*/gu;
const ADDRESS = /\bhttps?:\/\/\S+|\b(?:[\w-]+\.)+(?:ai|com|github|io|net|org)\/\S+/gi;
const SENTENCE_END = /\.(?!\p{N})|[;:!?()[\]{}"“”\n]+/u;
const LONGEST = 30;

/**
 * The words and pairs of neighbouring words of a text, each once, in the order of first coming. Words that say nothing
 * are left out and part pairs; singular and plural, capitals and none, are kept apart here and come together in `foldOf`.
 */
export function termsOf(text: string): Set<string> {
  const terms = new Set<string>();
  for (const sentence of withShortForms(text.replace(ADDRESS, '. ')).split(SENTENCE_END)) {
    let before: string | undefined;
    for (const [raw] of sentence.matchAll(WORD)) {
      const word = withItsCapitals(raw.replace(/['’]s$/, ''));
      const isTelling = word.length > 1 && word.length <= LONGEST && !STOP_WORDS.has(word.toLowerCase());
      if (isTelling && word.length > 2) terms.add(word);
      if (isTelling && before) terms.add(`${before} ${word}`);
      before = isTelling ? word : undefined;
    }
  }
  return terms;
}

/** RLHF, GPT-4o, DeepSeek-R1, RGB-D and 3D are written so; a capital at the beginning is that of a sentence or a title. */
function withItsCapitals(word: string): string {
  const isShortForm = /\p{Lu}{2}/u.test(word);
  return word
    .split('-')
    .map((part) =>
      /.\p{Lu}|^\p{Lu}\p{N}/u.test(part) || (isShortForm && part.length === 1) ? part : part.toLowerCase(),
    )
    .join('-');
}

/** Phrases that every second abstract has are one word, or their halves would name every topic. */
const SHORT_FORMS: readonly [RegExp, string][] = [
  [/\b(?:multi-?modal|multi-modal) (?:large )?language models?\b|\blarge multi-?modal models?\b/gi, 'MLLMs'],
  [/\b(?:large )?vision[- ]language[- ]action(?: models?)?\b/gi, 'VLA'],
  [/\b(?:large )?vision[- ]language models?\b/gi, 'VLMs'],
  [/\b(?:large )?language models?\b/gi, 'LLMs'],
  [/\(?\b(?:m?llms?|vlms?|lvlms?|lmms?|vlas?|rl|rag)\)(?!\w)/gi, ' '],
];

function withShortForms(text: string): string {
  return SHORT_FORMS.reduce((short, [phrase, form]) => short.replace(phrase, form), text);
}

/** The same for "agent" and "agents", "video-text" and "video text", "RLHF" and "rlhf": what counts as one term. */
export function foldOf(term: string): string {
  return term
    .toLowerCase()
    .split(/[\s-]+/)
    .map((word) =>
      word.length > 3 && /[^su]s$/.test(word) && !/(?:is|ics|ias)$/.test(word) ? word.slice(0, -1) : word,
    )
    .join(' ');
}
