/** What was asked cannot be done now; the sentence says why, and what is missing. */
export class Refused extends Error {
  override name = 'Refused';
}
