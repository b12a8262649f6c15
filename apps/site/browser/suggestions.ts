/** One line under the search field. Found words stand in double brackets, as the API gives them. */
export interface Suggestion {
  text: string;
  /** Where it leads; without one, `choose` says what it does. */
  address?: string;
  choose?: () => void;
  isQuiet?: boolean;
}

/** The list under the search field, as a combobox: arrows move, Enter opens, Escape closes. */
export class SuggestionList {
  readonly #field: HTMLInputElement;
  readonly #list: HTMLUListElement;
  #shown: Suggestion[] = [];
  #at = -1;

  constructor(field: HTMLInputElement, form: HTMLFormElement) {
    this.#field = field;
    this.#list = document.createElement('ul');
    this.#list.id = 'suggestions';
    this.#list.className = 'suggestions';
    this.#list.setAttribute('role', 'listbox');
    this.#list.setAttribute('aria-label', 'Suggestions');
    this.#list.hidden = true;
    form.append(this.#list);
    field.setAttribute('role', 'combobox');
    field.setAttribute('aria-controls', this.#list.id);
    field.setAttribute('aria-autocomplete', 'list');
    field.setAttribute('aria-expanded', 'false');
    field.addEventListener('keydown', (event) => this.#key(event));
    // Behind a click on a line, which takes the focus first.
    field.addEventListener('blur', () => setTimeout(() => this.hide(), 150));
  }

  show(suggestions: Suggestion[]): void {
    if (suggestions.length === 0) {
      this.hide();
      return;
    }
    this.#shown = suggestions;
    this.#at = -1;
    this.#list.replaceChildren(...suggestions.map((suggestion, i) => this.#line(suggestion, i)));
    this.#list.hidden = false;
    this.#field.setAttribute('aria-expanded', 'true');
    this.#field.removeAttribute('aria-activedescendant');
  }

  hide(): void {
    this.#list.hidden = true;
    this.#at = -1;
    this.#field.setAttribute('aria-expanded', 'false');
    this.#field.removeAttribute('aria-activedescendant');
  }

  #line(suggestion: Suggestion, i: number): HTMLLIElement {
    const line = document.createElement('li');
    line.id = `suggestion-${i}`;
    line.setAttribute('role', 'option');
    line.setAttribute('aria-selected', 'false');
    line.dir = 'auto';
    if (suggestion.isQuiet) line.className = 'quiet';
    for (const [part, isHit] of parts(suggestion.text)) {
      const element = isHit ? document.createElement('mark') : document.createTextNode(part);
      if (isHit) element.textContent = part;
      line.append(element);
    }
    line.addEventListener('mousedown', (event) => {
      event.preventDefault();
      this.#choose(suggestion);
    });
    return line;
  }

  #key(event: KeyboardEvent): void {
    if (this.#list.hidden) return;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const count = this.#shown.length;
      // One place more than there are lines: the field itself.
      this.#move(((this.#at + 1 + (event.key === 'ArrowDown' ? 1 : count)) % (count + 1)) - 1);
    } else if (event.key === 'Enter' && this.#at >= 0) {
      event.preventDefault();
      this.#choose(this.#shown[this.#at]);
    } else if (event.key === 'Escape') {
      event.preventDefault();
      this.hide();
    }
  }

  #move(to: number): void {
    this.#at = to;
    for (const [i, line] of [...this.#list.children].entries()) line.setAttribute('aria-selected', String(i === to));
    if (to < 0) this.#field.removeAttribute('aria-activedescendant');
    else this.#field.setAttribute('aria-activedescendant', `suggestion-${to}`);
  }

  #choose({ address, choose }: Suggestion): void {
    if (address) location.assign(address);
    choose?.();
  }
}

function parts(text: string): [part: string, isHit: boolean][] {
  return text.split(/\[\[(.*?)\]\]/).map((part, i) => [part, i % 2 === 1]);
}
