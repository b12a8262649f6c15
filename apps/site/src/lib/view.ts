/**
 * What a reading page shows. The server renders it and no script of the browser needs it, so it is kept out of the data
 * that SvelteKit writes down for hydration: writing down fifty papers took longer than rendering them.
 */
export class View<T> {
  readonly page: T;
  constructor(page: T) {
    this.page = page;
  }
}
