import { counted, grouped, percent } from '../words.ts'
import type { Address, ViewKey } from './address.ts'
import { caseView } from './case-view.ts'
import { type Child, el } from './dom.ts'
import { type Counted, narrow } from './facets.ts'
import { outcomeMark, rowWords, severityWord } from './marks-view.ts'
import type { Model } from './model.ts'
import { asideView, fileView, suggestionView } from './other-views.ts'
import { asideOverview, filesOverview, queueOverview, suggestionsOverview } from './overview.ts'
import { matches, searchable, termsOf } from './search.ts'
import { line, titleLine } from './text.ts'

/** One list and what opens from it. Items are known by their place, from 0. */
export type View = {
  readonly key: ViewKey
  readonly title: string
  readonly noun: string
  readonly total: number
  /** What the filter box looks at, in words. */
  readonly looksAt: string
  readonly keyOf: (item: number) => string
  readonly itemOf: (key: string) => number | null
  readonly narrowed: (address: Address) => {
    readonly shown: readonly number[]
    readonly counts?: readonly (readonly Counted[])[]
  }
  readonly row: (item: number) => Child
  /** Pixels that the number at the start of each line takes. */
  readonly indent: number
  readonly detail: (item: number, address: Address) => Child
  readonly overview: () => HTMLElement
}

/** Moves the page to another address; what is not named stays. */
export type Go = (change: Partial<Address>) => void

/** The address of a view with nothing else chosen, changed by `change`. */
export type LinkTo = (view: ViewKey, change?: Partial<Omit<Address, 'view'>>) => string

type Tools = { readonly model: Model; readonly go: Go; readonly linkTo: LinkTo }

export const viewsOf = (tools: Tools): readonly View[] => [
  queueOf(tools),
  suggestionsOf(tools),
  filesOf(tools),
  asideOf(tools),
]

function queueOf({ model, go, linkTo }: Tools): View {
  const { rows } = model.head
  return {
    key: 'queue',
    indent: 28 + digitsOf(rows) * 8,
    title: 'Queue',
    noun: 'case',
    total: rows.length,
    looksAt: 'title, identifier, package, file or finder',
    keyOf: (item) => rows[item]?.id ?? '',
    itemOf: (key) => model.placeOf(key),
    narrowed: ({ query, chosen }) => {
      const terms = termsOf(query)
      return narrow(rows, chosen, (place) => matches(model.searchable[place] ?? '', terms))
    },
    row: (item) => {
      const row = rows[item]
      if (!row) return null
      return [
        el('span', { class: 'rank' }, outcomeMark(row.deployer), String(row.rank)),
        first(row.title, severityWord(row.severity)),
        second(rowWords(row), line(row.components[0] ?? '', 40)),
      ]
    },
    detail: (item, { pair }) => {
      const found = model.caseAt(item)
      return (
        found &&
        caseView(found, {
          model,
          place: item,
          pair,
          choosePair: (chosen) => go({ pair: chosen }),
          linkTo: (view, key) => linkTo(view, { open: key }),
        })
      )
    },
    overview: () =>
      queueOverview(model, {
        toView: (view) => linkTo(view),
        toChosen: (chosen) => linkTo('queue', { chosen }),
      }),
  }
}

function suggestionsOf({ model, linkTo }: Tools): View {
  const { suggestions, head } = model
  const rowsAt = (item: number): (typeof head.rows)[number][] =>
    (suggestions[item]?.cases ?? []).flatMap((id) => head.rows[model.placeOf(id) ?? -1] ?? [])
  const texts = lazily(() =>
    suggestions.map((_, item) =>
      rowsAt(item)
        .map(({ id }) => model.searchable[model.placeOf(id) ?? -1] ?? '')
        .join('\n'),
    ),
  )
  return {
    key: 'suggestions',
    indent: 48,
    title: 'Suggestions',
    noun: 'suggestion',
    total: suggestions.length,
    looksAt: 'title, identifier, package, file or finder',
    keyOf: String,
    itemOf: (key) => placeIn(suggestions, key),
    narrowed: ({ query }) => ({ shown: found(texts, suggestions.length, query) }),
    row: (item) => {
      const [left, right] = rowsAt(item)
      return [
        el('span', { class: 'rank' }, percent(suggestions[item]?.probability ?? 0)),
        first(left?.title ?? '', quiet(`number ${grouped(left?.rank ?? 0)}`)),
        first(right?.title ?? '', quiet(`number ${grouped(right?.rank ?? 0)}`)),
      ]
    },
    detail: (item) => {
      const suggestion = suggestions[item]
      return suggestion && suggestionView(suggestion, model, (id) => linkTo('queue', { open: id }))
    },
    overview: () => suggestionsOverview(model),
  }
}

function filesOf({ model, linkTo }: Tools): View {
  const { files } = model
  const texts = lazily(() => files.map(({ name, format }) => searchable([name, format ?? ''])))
  const places = new Map(files.map(({ name }, place) => [name.toWellFormed(), place]))
  return {
    key: 'files',
    indent: 0,
    title: 'Files',
    noun: 'file',
    total: files.length,
    looksAt: 'name or format',
    keyOf: (item) => files[item]?.name.toWellFormed() ?? '',
    itemOf: (key) => places.get(key) ?? null,
    narrowed: ({ query }) => ({ shown: found(texts, files.length, query) }),
    row: (item) => {
      const file = files[item]
      if (!file) return null
      const problems = file.problems.length
      return [
        first(file.name, quiet(file.format ?? 'not read')),
        second(
          counted(file.findings, 'finding'),
          el('span', { class: problems > 0 ? 'word warn' : '' }, counted(problems, 'problem')),
        ),
      ]
    },
    detail: (item) => {
      const file = files[item]
      return (
        file && fileView(file, linkTo('queue', { chosen: { file: [file.name.toWellFormed()] } }))
      )
    },
    overview: () => filesOverview(model),
  }
}

function asideOf({ model }: Tools): View {
  const { asides } = model.head
  const texts = lazily(() =>
    asides.map(({ title, why, file, finders }) => searchable([title, why, file, ...finders])),
  )
  return {
    key: 'set-aside',
    indent: 12 + digitsOf(asides) * 8,
    title: 'Set aside',
    noun: 'report',
    total: asides.length,
    looksAt: 'title, reason, file or finder',
    keyOf: (item) => asides[item]?.id ?? '',
    itemOf: (key) => {
      const place = asides.findIndex(({ id }) => id === key)
      return place < 0 ? null : place
    },
    narrowed: ({ query }) => ({ shown: found(texts, asides.length, query) }),
    row: (item) => {
      const row = asides[item]
      if (!row) return null
      return [
        el('span', { class: 'rank' }, String(item + 1)),
        first(row.title, ''),
        second(line(row.why, 160), line(row.file, 40)),
      ]
    },
    detail: (item) => {
      const aside = model.asideAt(item)
      return aside && asideView(aside)
    },
    overview: () => asideOverview(model),
  }
}

/** The first line of an item: a title from outside, and a word at the end. */
const first = (title: string, side: Child): Child =>
  el(
    'span',
    { class: 'line' },
    el('span', { class: 'title', dir: 'auto' }, titleLine(title, 160)),
    el('span', { class: 'side' }, side),
  )

const second = (words: Child, side: Child): Child =>
  el(
    'span',
    { class: 'line quiet' },
    el('span', { class: 'grow' }, words),
    el('span', { class: 'side' }, side),
  )

const quiet = (text: string): HTMLElement => el('span', { class: 'quiet' }, text)

const digitsOf = (items: readonly unknown[]): number => String(items.length).length

const placeIn = (items: readonly unknown[], key: string): number | null =>
  /^\d{1,9}$/.test(key) && Number(key) < items.length ? Number(key) : null

const lazily = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | null = null
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

function found(texts: () => readonly string[], total: number, query: string): number[] {
  const terms = termsOf(query)
  const all = Array.from({ length: total }, (_, at) => at)
  return terms.length === 0 ? all : all.filter((at) => matches(texts()[at] ?? '', terms))
}
