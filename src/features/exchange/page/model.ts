import type { FileRead, SetAside, Suggestion, TriagedCase, TriagedReport } from '../triage.ts'
import type { PageHead } from './document.ts'
import { searchable } from './search.ts'
import { unpacker } from './unpack.ts'

/** The members of the embedded JSON, each still packed. */
type Embedded = {
  readonly shapes: readonly (readonly string[])[]
  readonly table: readonly unknown[]
  readonly head: unknown
  readonly cases: readonly unknown[]
  readonly suggestions: unknown
  readonly files: unknown
  readonly setAside: readonly unknown[]
}

/**
 * The page was written by the same version of Parley that wrote this script, and its digest is in
 * the same file: what is embedded is taken at its word.
 */
const isEmbedded = (value: unknown): value is Embedded =>
  typeof value === 'object' && value !== null && 'table' in value && 'cases' in value
const isHead = (value: unknown): value is PageHead => typeof value === 'object'
const isCase = (value: unknown): value is TriagedCase => typeof value === 'object'
const isSuggestions = (value: unknown): value is readonly Suggestion[] => Array.isArray(value)
const isFiles = (value: unknown): value is readonly FileRead[] => Array.isArray(value)
const isAside = (value: unknown): value is SetAside => typeof value === 'object'

/** What the page shows, read from the embedded JSON as it is needed. */
export class Model {
  readonly head: PageHead
  readonly suggestions: readonly Suggestion[]
  readonly files: readonly FileRead[]
  readonly #places: ReadonlyMap<string, number>
  readonly #packed: Embedded
  readonly #unpack: (packed: unknown) => unknown
  #searchable: readonly string[] | null = null
  #suggestionsOf: ReadonlyMap<string, readonly number[]> | null = null

  constructor(json: string) {
    const packed: unknown = JSON.parse(json)
    if (!isEmbedded(packed)) throw new TypeError('the page embeds no triage')
    this.#packed = packed
    this.#unpack = unpacker(packed)
    const head = this.#unpack(packed.head)
    const suggestions = this.#unpack(packed.suggestions)
    const files = this.#unpack(packed.files)
    if (!isHead(head) || !isSuggestions(suggestions) || !isFiles(files)) {
      throw new TypeError('the page embeds no triage')
    }
    this.head = head
    this.suggestions = suggestions
    this.files = files
    this.#places = new Map(head.rows.map(({ id }, place) => [id, place]))
  }

  /** The place of a case in the queue, from 0; null for what is no case here. */
  placeOf(caseId: string): number | null {
    return this.#places.get(caseId) ?? null
  }

  caseAt(place: number): TriagedCase | null {
    const found = this.#unpack(this.#packed.cases[place] ?? null)
    return found !== null && isCase(found) ? found : null
  }

  asideAt(place: number): SetAside | null {
    const found = this.#unpack(this.#packed.setAside[place] ?? null)
    return found !== null && isAside(found) ? found : null
  }

  /** Of each row, the texts in which the search looks. */
  get searchable(): readonly string[] {
    this.#searchable ??= this.head.rows.map((row) =>
      searchable([
        ...[row.title, row.id],
        ...row.aliases,
        ...row.components,
        ...row.finders,
        ...row.files,
        ...row.also,
      ]),
    )
    return this.#searchable
  }

  /** Reads once what the first search and the first case would have to wait for. */
  warm(): void {
    this.searchable
    this.suggestionsOf('')
  }

  /** The places of the suggestions that name this case. */
  suggestionsOf(caseId: string): readonly number[] {
    if (!this.#suggestionsOf) {
      const found = new Map<string, number[]>()
      this.suggestions.forEach(({ cases }, place) => {
        for (const id of cases) found.set(id, [...(found.get(id) ?? []), place])
      })
      this.#suggestionsOf = found
    }
    return this.#suggestionsOf.get(caseId) ?? []
  }

  /** The two reports of a suggestion, each with its case. */
  sidesOf(suggestion: Suggestion): readonly Side[] {
    return suggestion.cases.flatMap((caseId, at) => {
      const place = this.placeOf(caseId)
      const found = place === null ? null : this.caseAt(place)
      const wanted = suggestion.reports[at]
      const report = found?.reports.find(({ id }) => id === wanted) ?? found?.reports[0]
      return found && report ? [{ found, report }] : []
    })
  }
}

export type Side = { readonly found: TriagedCase; readonly report: TriagedReport }
