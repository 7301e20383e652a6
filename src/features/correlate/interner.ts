import { type Intern, type View, viewNumber, views, vocabularyOf } from './views.ts'
import { Vocabulary } from './vocabulary.ts'

/** The vocabularies behind all views; views of one kind of text share one. */
export class Interner {
  readonly #byKind = new Map<string, Vocabulary>()
  readonly #byView: Vocabulary[] = views.map((view) => this.#ofKind(vocabularyOf[view]))

  readonly intern: Intern = (view, text) => this.#of(view).numberOf(text)

  textOf(view: View, id: number): string {
    return this.#of(view).textOf(id)
  }

  /** The texts of the vocabulary that a view uses, with their numbers. */
  textsOf(view: View): Iterable<[number, string]> {
    return this.#of(view).entries()
  }

  #of(view: View): Vocabulary {
    return this.#byView[viewNumber(view)] ?? this.#ofKind(vocabularyOf[view])
  }

  #ofKind(kind: string): Vocabulary {
    const known = this.#byKind.get(kind)
    if (known) return known
    const made = new Vocabulary()
    this.#byKind.set(kind, made)
    return made
  }
}
