/**
 * The part of an address that names a person or organisation. Latin accents are dropped; letters of other scripts stay,
 * so that every name has a readable address. The same name gives the same slug.
 */
export function slugOf(name: string): string {
  const slug = name
    .normalize('NFKD')
    // Accents on Latin letters only: in other scripts marks carry meaning.
    .replace(/([\p{Script=Latin}])\p{M}+/gu, '$1')
    .normalize('NFC')
    .toLowerCase()
    .replace(/ß/g, 'ss')
    .replace(/ø/g, 'o')
    .replace(/ł/g, 'l')
    .replace(/đ/g, 'd')
    .replace(/æ/g, 'ae')
    .replace(/œ/g, 'oe')
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '');
  return slug.slice(0, MAX_LENGTH) || 'unnamed';
}

/** Longer "names" are whole author lists in the wrong field; the address stays usable. */
const MAX_LENGTH = 80;
