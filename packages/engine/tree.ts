/** Trees: one leaf, a list of trees, or named trees; how parameters, states and results are held. */
export type Tree<T> = T | readonly Tree<T>[] | { readonly [name: string]: Tree<T> };

/** The tree's form without its leaves. Names are kept in the order in which they were first seen. */
export type TreeForm = 'leaf' | { list: TreeForm[] } | { names: [string, TreeForm][] };

/** Takes a tree apart. `isLeaf` decides what is not looked into; `where` names the tree in messages. */
export function flattenTree<T>(
  value: unknown,
  isLeaf: (value: unknown) => value is T,
  where: string,
): { leaves: T[]; form: TreeForm } {
  const leaves: T[] = [];
  return { form: takeApart(value, isLeaf, where, leaves), leaves };
}

function takeApart<T>(value: unknown, isLeaf: (value: unknown) => value is T, where: string, leaves: T[]): TreeForm {
  if (isLeaf(value)) {
    leaves.push(value);
    return 'leaf';
  }
  if (Array.isArray(value)) return { list: value.map((item, i) => takeApart(item, isLeaf, `${where}[${i}]`, leaves)) };
  if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype)
    return {
      names: Object.entries(value).map(([name, item]) => [name, takeApart(item, isLeaf, `${where}.${name}`, leaves)]),
    };
  throw new TypeError(
    `${where} is ${value === undefined ? 'undefined' : `a ${typeof value}`}; expected a tensor, a list or named tensors.`,
  );
}

/** The leaves of `value` in the order of `form`, whatever the order of its own names. */
export function leavesLike<T>(
  value: unknown,
  form: TreeForm,
  isLeaf: (value: unknown) => value is T,
  where: string,
): T[] {
  if (form === 'leaf') {
    if (isLeaf(value)) return [value];
    throw new TypeError(
      `${where} is ${value === undefined ? 'missing' : 'no tensor'}; the traced example has a tensor there.`,
    );
  }
  if ('list' in form) {
    if (!Array.isArray(value) || value.length !== form.list.length)
      throw new TypeError(`${where} is not a list of ${form.list.length}, as the traced example is.`);
    return form.list.flatMap((item, i) => leavesLike(value[i], item, isLeaf, `${where}[${i}]`));
  }
  if (typeof value !== 'object' || value === null)
    throw new TypeError(`${where} has no names; the traced example has ${form.names.map(([n]) => n).join(', ')}.`);
  const known = new Set(form.names.map(([name]) => name));
  const surplus = Object.keys(value).find((name) => !known.has(name));
  if (surplus !== undefined) throw new TypeError(`${where}.${surplus} is not in the traced example.`);
  const entries = value as Record<string, unknown>;
  return form.names.flatMap(([name, item]) => leavesLike(entries[name], item, isLeaf, `${where}.${name}`));
}

/** Puts a tree together again. */
export function unflattenTree<T>(form: TreeForm, leaves: readonly T[]): Tree<T> {
  const next = leaves[Symbol.iterator]();
  const build = (part: TreeForm): Tree<T> => {
    if (part === 'leaf') return next.next().value as T;
    if ('list' in part) return part.list.map(build);
    return Object.fromEntries(part.names.map(([name, item]) => [name, build(item)]));
  };
  return build(form);
}

/** The path of each leaf, such as `.layers[0].w`, in order. */
export function leafPaths(form: TreeForm, prefix = ''): string[] {
  if (form === 'leaf') return [prefix];
  if ('list' in form) return form.list.flatMap((item, i) => leafPaths(item, `${prefix}[${i}]`));
  return form.names.flatMap(([name, item]) => leafPaths(item, `${prefix}.${name}`));
}
