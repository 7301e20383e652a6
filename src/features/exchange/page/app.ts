import { grouped } from '../words.ts'
import { type Address, fragmentOf, home, parseAddress } from './address.ts'
import { el, fill } from './dom.ts'
import { KeyHelp } from './key-help.ts'
import { VirtualList } from './list.ts'
import type { Model } from './model.ts'
import { line } from './text.ts'
import { Toolbar } from './toolbar.ts'
import { type LinkTo, type View, viewsOf } from './views.ts'

/** Pixels of one line of the list: two lines of text and their air. */
const rowHeight = 44
/** While a key is held, the detail is drawn when it rests: milliseconds. */
const restMs = 90
/** Stands for the overview where an item's key would stand: beside no list, it has to be opened. */
const summary = ''
/** Below this width, in pixels, the list and the detail take turns. */
const splitMin = 1100

/** The page: one list, one detail, and an address that says all of their state. */
export class App {
  readonly #model: Model
  readonly #views: readonly View[]
  readonly #toolbar: Toolbar
  readonly #list: VirtualList
  readonly #help = new KeyHelp()
  readonly #nav = el('nav', { 'aria-label': 'Views' })
  readonly #status = el('p', { class: 'status', role: 'status' })
  readonly #summary = el('a', { class: 'summary', href: '#' }, 'Summary')
  readonly #empty = el('div', { class: 'empty' })
  readonly #back = el('a', { class: 'back', href: '#' })
  readonly #detail = el('section', { class: 'detail', 'aria-label': 'Detail', tabindex: 0 })
  #address: Address = home
  #view: View
  #resting = 0
  #lastKeyMs = 0

  constructor(model: Model) {
    this.#model = model
    const linkTo: LinkTo = (view, change = {}) => fragmentOf({ ...home, ...change, view })
    const go = (change: Partial<Address>): void => this.go(change, 'push')
    this.#views = viewsOf({ model, go, linkTo })
    const [first] = this.#views
    if (!first) throw new TypeError('a page without views')
    this.#view = first
    this.#toolbar = new Toolbar({
      onQuery: (query) => this.go({ query, open: null }, 'replace'),
      onChosen: (chosen) => this.go({ chosen, open: null }, 'push'),
    })
    this.#list = new VirtualList({
      label: 'Items, most urgent first',
      rowHeight,
      draw: (item) => this.#view.row(item),
      onActive: (item, by) => this.#activate(item, by),
    })
  }

  get help(): KeyHelp {
    return this.#help
  }

  get isSplit(): boolean {
    return window.innerWidth >= splitMin
  }

  /** Builds the page and goes where its address says. */
  start(page: HTMLElement): void {
    const keys = { type: 'button', click: () => this.#help.show() }
    fill(
      page,
      el(
        'header',
        { class: 'top' },
        el('h1', {}, 'Parley triage'),
        this.#nav,
        el('button', keys, 'Keys ', el('kbd', {}, '?')),
      ),
      el(
        'main',
        {},
        el(
          'section',
          { class: 'left', 'aria-label': 'List' },
          this.#toolbar.element,
          el('div', { class: 'under' }, this.#status, this.#summary),
          this.#list.element,
          this.#empty,
        ),
        this.#detail,
      ),
      this.#help.element,
    )
    window.addEventListener('popstate', () => this.#arrive())
    window.addEventListener('hashchange', () => this.#arrive())
    this.#arrive()
  }

  /** Changes the address; `push` makes a step that going back undoes. */
  go(change: Partial<Address>, how: 'push' | 'replace'): void {
    const keepsPair = change.pair !== undefined || !('open' in change)
    const next = { ...this.#address, ...(keepsPair ? {} : { pair: null }), ...change }
    this.#write(next, how)
    this.#show(next)
  }

  /** Moves the cursor of the list. */
  move(by: number): void {
    this.#list.move(by)
    if (this.isSplit || this.#address.open === null) this.#list.element.focus()
  }

  get pageLines(): number {
    return this.#list.page
  }

  /** Opens the active item, or goes from the list into what is open. */
  open(): void {
    const item = this.#list.active
    if (item === null) return
    const open = this.#view.keyOf(item)
    this.#settle()
    if (this.#address.open !== open) this.go({ open }, 'push')
    this.#focusDetail()
  }

  /** One step back out: from the detail to the list, then from the item to the overview. */
  close(): void {
    if (this.#toolbar.closeFilters()) return
    const isInDetail = this.#detail.contains(document.activeElement)
    const isLeft = isInDetail && this.isSplit
    if (!isLeft && this.#address.open !== null) {
      this.#settle()
      this.go({ open: null }, 'push')
    }
    this.#list.element.focus()
  }

  search(): void {
    if (!this.isSplit && this.#address.open !== null) this.go({ open: null }, 'push')
    this.#toolbar.input.focus()
    this.#toolbar.input.select()
  }

  /** From the filter box: clears it, or leaves it. */
  leaveSearch(): void {
    if (this.#toolbar.input.value !== '') this.go({ query: '', open: null }, 'replace')
    else this.#list.element.focus()
  }

  focusList(): void {
    this.#list.element.focus()
    if (this.#list.active === null) this.#list.move(1)
  }

  /** The next or previous suggestion, from wherever the reader is. */
  moveSuggestion(by: 1 | -1): void {
    if (this.#view.key !== 'suggestions') {
      const isCase = this.#view.key === 'queue' && this.#address.open !== null
      const own = isCase ? this.#model.suggestionsOf(this.#address.open ?? '')[0] : undefined
      if (this.#model.suggestions.length === 0) return
      this.go({ ...home, view: 'suggestions', open: String(own ?? 0) }, 'push')
      this.#focusDetail()
    } else {
      this.#list.move(by)
      if (!this.isSplit) this.open()
    }
  }

  /** What is shown now, for printing. */
  get printed(): {
    readonly view: View
    readonly items: readonly number[]
    readonly isOpen: boolean
  } {
    return { view: this.#view, items: this.#list.items, isOpen: this.#address.open !== null }
  }

  #activate(item: number, by: 'key' | 'pointer'): void {
    const open = this.#view.keyOf(item)
    if (by === 'pointer') {
      this.go({ open }, 'push')
      if (!this.isSplit) this.#focusDetail()
      return
    }
    if (!this.isSplit && this.#address.open === null) return
    const now = performance.now()
    const isHeld = now - this.#lastKeyMs < restMs
    this.#lastKeyMs = now
    clearTimeout(this.#resting)
    const rest = (): void => {
      this.#resting = 0
      this.go({ open }, 'replace')
    }
    if (isHeld) this.#resting = window.setTimeout(rest, restMs)
    else rest()
  }

  /** Draws at once what was waiting for a held key to rest. */
  #settle(): void {
    clearTimeout(this.#resting)
    this.#resting = 0
  }

  #arrive(): void {
    const next = parseAddress(location.hash)
    if (fragmentOf(next) !== fragmentOf(this.#address) || this.#nav.childElementCount === 0) {
      this.#settle()
      this.#show(next)
    }
  }

  #write(next: Address, how: 'push' | 'replace'): void {
    const fragment = fragmentOf(next)
    if (fragment === fragmentOf(this.#address)) return
    if (how === 'push') history.pushState(null, '', fragment)
    else history.replaceState(null, '', fragment)
  }

  #show(next: Address): void {
    const before = this.#address
    const isFirst = this.#nav.childElementCount === 0
    this.#address = next
    this.#view = this.#views.find(({ key }) => key === next.view) ?? this.#view
    const isOtherList =
      isFirst ||
      before.view !== next.view ||
      before.query !== next.query ||
      before.chosen !== next.chosen
    const item = next.open ? this.#view.itemOf(next.open) : null
    if (before.view !== next.view || isFirst) this.#showViews()
    document.body.classList.toggle('is-open', next.open !== null)
    if (isOtherList) this.#showList(item)
    else if (this.#list.active !== item) this.#list.choose(item)
    const isSameDetail = before.open === next.open && before.pair === next.pair
    if (isFirst || before.view !== next.view || !isSameDetail) this.#showDetail(item)
  }

  #showViews(): void {
    fill(
      this.#nav,
      this.#views.map(({ key, title, total }) =>
        el(
          'a',
          {
            href: fragmentOf({ ...home, view: key }),
            'aria-current': key === this.#view.key ? 'page' : null,
          },
          title,
          ' ',
          el('span', { class: 'count' }, grouped(total)),
        ),
      ),
    )
    const { title, indent, key } = this.#view
    this.#list.element.setAttribute('aria-label', title)
    this.#list.indent(indent)
    this.#summary.href = fragmentOf({ ...home, view: key, open: summary })
  }

  #showList(active: number | null): void {
    const { view, query, chosen } = this.#address
    const { shown, counts } = this.#view.narrowed(this.#address)
    const { total, noun, looksAt } = this.#view
    this.#toolbar.show({ query, chosen, looksAt, counts: total > 0 ? counts : undefined })
    this.#list.show(shown, active)
    const nouns = total === 1 ? noun : `${noun}s`
    this.#status.textContent =
      shown.length === total
        ? `${grouped(total)} ${nouns}`
        : `${grouped(shown.length)} of ${grouped(total)} ${nouns}`
    this.#empty.hidden = shown.length > 0
    if (shown.length > 0) return
    const all = { href: fragmentOf({ ...home, view }), class: 'plain' }
    fill(
      this.#empty,
      total === 0
        ? el(
            'p',
            {},
            `No ${noun}s. `,
            el('a', { href: this.#summary.href }, 'The summary says why.'),
          )
        : [
            el('p', {}, `No ${noun} matches${query ? ` “${line(query, 80)}”` : ' these filters'}.`),
            el('p', {}, el('a', all, `Show all ${grouped(total)}`)),
          ],
    )
  }

  #showDetail(item: number | null): void {
    const isMissing = item === null && Boolean(this.#address.open)
    const content = item === null ? null : this.#view.detail(item, this.#address)
    this.#back.textContent = `Back to the list`
    this.#back.href = fragmentOf({ ...this.#address, open: null, pair: null })
    fill(
      this.#detail,
      this.#address.open !== null && this.#back,
      isMissing && el('p', { class: 'notice' }, 'This page has nothing of that name.'),
      content ?? this.#view.overview(),
    )
    this.#detail.scrollTop = 0
    const title = this.#detail.querySelector('h2')?.textContent ?? ''
    document.title = `${line(title, 120)} · Parley triage`
  }

  #focusDetail(): void {
    this.#detail.querySelector('h2')?.focus({ preventScroll: true })
  }
}
