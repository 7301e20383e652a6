import { grouped } from '../words.ts'
import { type Child, el, fill } from './dom.ts'
import { type Chosen, type Counted, type FacetKey, facets } from './facets.ts'
import { line } from './text.ts'

type Options = {
  readonly onQuery: (query: string) => void
  readonly onChosen: (chosen: Chosen) => void
}

/** Values of one facet that are listed; the filter box finds the others. */
const valuesMax = 12

/** The filter box, the filters behind their button, and the filters that are on. */
export class Toolbar {
  readonly input = el('input', {
    type: 'search',
    id: 'filter',
    autocomplete: 'off',
    spellcheck: 'false',
    input: () => this.#options.onQuery(this.input.value),
  })
  readonly element: HTMLElement
  readonly #options: Options
  readonly #label = el('label', { for: 'filter', class: 'spoken' })
  readonly #button = el('button', {
    type: 'button',
    'aria-expanded': 'false',
    'aria-controls': 'facets',
    click: () => this.#toggle(),
  })
  readonly #chips = el('ul', { class: 'chips', 'aria-label': 'Filters that are on' })
  readonly #panel = el('form', { id: 'facets', class: 'facets', hidden: true })
  #chosen: Chosen = {}
  #counts: readonly (readonly Counted[])[] = []

  constructor(options: Options) {
    this.#options = options
    this.element = el(
      'div',
      { class: 'toolbar' },
      el('div', { class: 'search' }, this.#label, this.input, this.#button),
      this.#chips,
      this.#panel,
    )
  }

  /** Shows what is chosen and what other choices give; without counts there are no filters. */
  show(state: {
    readonly query: string
    readonly chosen: Chosen
    readonly looksAt: string
    readonly counts: readonly (readonly Counted[])[] | undefined
  }): void {
    const { query, chosen, looksAt, counts } = state
    if (this.input.value !== query) this.input.value = query
    this.#label.textContent = `Filter by ${looksAt}`
    this.input.placeholder = `Filter by ${looksAt}`
    this.#chosen = counts ? chosen : {}
    this.#counts = counts ?? []
    this.#button.hidden = !counts
    if (!counts) this.#panel.hidden = true
    this.#drawChips()
    this.#drawPanel()
  }

  /** Closes the filters if the focus is in them, and says whether it did. */
  closeFilters(): boolean {
    if (!this.#panel.contains(document.activeElement)) return false
    this.#toggle()
    this.#button.focus()
    return true
  }

  #toggle(): void {
    this.#panel.hidden = !this.#panel.hidden
    this.#drawPanel()
  }

  #drawChips(): void {
    const on = facets.flatMap((facet) =>
      (this.#chosen[facet.key] ?? []).map((value) => ({ facet, value })),
    )
    this.#button.textContent = on.length > 0 ? `Filters (${on.length})` : 'Filters'
    this.#chips.hidden = on.length === 0
    const remove = ({ facet, value }: (typeof on)[number]): Child =>
      el(
        'li',
        {},
        el(
          'button',
          {
            type: 'button',
            'aria-label': `Remove the filter ${facet.title}: ${facet.wordOf(value)}`,
            click: () => this.#set(facet.key, value, false),
          },
          `${facet.title}: ${line(facet.wordOf(value), 40)}`,
          el('span', { 'aria-hidden': 'true' }, ' ×'),
        ),
      )
    const all = { type: 'button', class: 'plain', click: () => this.#options.onChosen({}) }
    fill(this.#chips, on.map(remove), el('li', {}, el('button', all, 'Remove all')))
  }

  /** Drawn only while it is open; the box that was just used keeps the focus. */
  #drawPanel(): void {
    this.#button.setAttribute('aria-expanded', String(!this.#panel.hidden))
    if (this.#panel.hidden) return
    const focused = document.activeElement?.id
    fill(
      this.#panel,
      facets.map((facet, at) => {
        const values = this.#counts[at] ?? []
        const isChosen = (value: string): boolean =>
          this.#chosen[facet.key]?.includes(value) ?? false
        const listed = values.filter(({ value }, place) => place < valuesMax || isChosen(value))
        const isChoice = values.length > 1 || this.#chosen[facet.key] !== undefined
        return (
          isChoice &&
          el(
            'fieldset',
            {},
            el('legend', {}, facet.title),
            listed.map(({ value, count }) =>
              this.#box(facet.key, value, {
                text: line(facet.wordOf(value), 60),
                count,
                isOn: isChosen(value),
              }),
            ),
            values.length > listed.length &&
              el(
                'p',
                { class: 'quiet' },
                `and ${grouped(values.length - listed.length)} more: type a part of the name above`,
              ),
          )
        )
      }),
    )
    if (focused?.startsWith('facet-')) document.getElementById(focused)?.focus()
  }

  #box(
    key: FacetKey,
    value: string,
    { text, count, isOn }: { text: string; count: number; isOn: boolean },
  ): HTMLElement {
    const box = el('input', {
      type: 'checkbox',
      id: `facet-${key}-${value}`,
      change: () => this.#set(key, value, box.checked),
    })
    box.checked = isOn
    return el('label', {}, box, el('bdi', {}, text), el('span', { class: 'count' }, grouped(count)))
  }

  #set(key: FacetKey, value: string, isOn: boolean): void {
    const others = (this.#chosen[key] ?? []).filter((one) => one !== value)
    const values = isOn ? [...others, value] : others
    const { [key]: _, ...rest } = this.#chosen
    this.#options.onChosen(values.length > 0 ? { ...rest, [key]: values } : rest)
  }
}
