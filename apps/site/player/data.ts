const ADDRESS = '/lab/data/';

/** Bytes that an experiment asks for by name, from the site. */
export async function fetchData(name: string): Promise<Uint8Array> {
  const answer = await fetch(ADDRESS + encodeURIComponent(name));
  if (!answer.ok) throw new Error(`The site has no data named "${name}" (it answered ${answer.status}).`);
  return new Uint8Array(await answer.arrayBuffer());
}
