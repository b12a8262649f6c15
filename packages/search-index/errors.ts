/** The bytes are not a whole index: cut off, changed, or of another kind. Build the index anew. */
export class DamagedIndex extends Error {
  override name = 'DamagedIndex';
}

/** The bytes are an index that another version wrote. Build the index anew. */
export class WrongVersion extends Error {
  override name = 'WrongVersion';
}

/** The bytes are an index of another store. Build the index anew. */
export class ForeignIndex extends Error {
  override name = 'ForeignIndex';
}
