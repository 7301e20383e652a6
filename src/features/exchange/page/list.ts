import { type Child, el, fill } from './dom.ts'

type Options = {
  readonly label: string
  /** Pixels; every line has the same height, so that its place needs no measuring. */
  readonly rowHeight: number
  readonly draw: (item: number) => Child
  /** The line under the cursor changed, by key or by pointer. */
  readonly onActive: (item: number, by: 'key' | 'pointer') => void
}

/** Lines drawn above and below those in sight. */
const margin = 6

/**
 * A list box that draws only the lines in sight. Each line says its place and how many there are,
 * so that a screen reader speaks of the whole list; the active line is always drawn.
 */
export class VirtualList {
  readonly element: HTMLElement
  readonly #sizer = el('div', { role: 'presentation', class: 'sizer' })
  readonly #options: Options
  readonly #drawn = new Map<number, HTMLElement>()
  #items: readonly number[] = []
  #active = -1
  #frame = 0

  constructor(options: Options) {
    this.#options = options
    this.element = el(
      'div',
      {
        role: 'listbox',
        class: 'list',
        tabindex: 0,
        'aria-label': options.label,
        scroll: () => this.#drawSoon(),
        click: (event) => this.#click(event),
      },
      this.#sizer,
    )
    new ResizeObserver(() => this.#drawSoon()).observe(this.element)
  }

  get items(): readonly number[] {
    return this.#items
  }

  /** The active item, or null when none is. */
  get active(): number | null {
    return this.#items[this.#active] ?? null
  }

  /** Shows these items from the top, or with the active one in sight. */
  show(items: readonly number[], active: number | null): void {
    this.#items = items
    this.#drawn.clear()
    fill(this.#sizer)
    this.#sizer.style.height = `${items.length * this.#options.rowHeight}px`
    this.element.hidden = items.length === 0
    this.#active = active === null ? -1 : items.indexOf(active)
    if (this.#active < 0) this.element.scrollTop = 0
    else this.#reveal('center')
    this.draw()
  }

  /** Makes an item active without telling, for example because the address names it. */
  choose(item: number | null): void {
    this.#active = item === null ? -1 : this.#items.indexOf(item)
    if (this.#active >= 0) this.#reveal('nearest')
    this.draw()
  }

  /** Moves the cursor by so many lines, or to an end with plus or minus infinity. */
  move(by: number): void {
    if (this.#items.length === 0) return
    const from = this.#active < 0 && by > 0 ? -1 : Math.max(this.#active, 0)
    this.#active = Math.min(Math.max(from + by, 0), this.#items.length - 1)
    this.#reveal('nearest')
    this.draw()
    this.#tell('key')
  }

  /** Keeps so many pixels at the start of each line for its number. */
  indent(pixels: number): void {
    this.element.style.setProperty('--rank', `${pixels}px`)
  }

  /** How many whole lines are in sight. */
  get page(): number {
    return Math.max(1, Math.floor(this.element.clientHeight / this.#options.rowHeight) - 1)
  }

  draw(): void {
    const { rowHeight } = this.#options
    const { scrollTop, clientHeight } = this.element
    const first = Math.max(0, Math.floor(scrollTop / rowHeight) - margin)
    const last = Math.min(
      this.#items.length - 1,
      Math.ceil((scrollTop + clientHeight) / rowHeight) + margin,
    )
    for (const [at, row] of this.#drawn) {
      if ((at >= first && at <= last) || at === this.#active) continue
      row.remove()
      this.#drawn.delete(at)
    }
    for (let at = first; at <= last; at++) this.#drawRow(at)
    if (this.#active >= 0) this.#drawRow(this.#active)
    this.#markActive()
  }

  #drawRow(at: number): void {
    const item = this.#items[at]
    if (item === undefined || this.#drawn.has(at)) return
    const row = el(
      'div',
      {
        role: 'option',
        class: 'row',
        id: `line-${at}`,
        'aria-posinset': at + 1,
        'aria-setsize': this.#items.length,
      },
      this.#options.draw(item),
    )
    row.style.transform = `translateY(${at * this.#options.rowHeight}px)`
    this.#drawn.set(at, row)
    this.#sizer.append(row)
  }

  #markActive(): void {
    for (const [at, row] of this.#drawn) {
      row.setAttribute('aria-selected', at === this.#active ? 'true' : 'false')
    }
    if (this.#active < 0) this.element.removeAttribute('aria-activedescendant')
    else this.element.setAttribute('aria-activedescendant', `line-${this.#active}`)
  }

  #drawSoon(): void {
    if (this.#frame) return
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0
      this.draw()
    })
  }

  #reveal(where: 'nearest' | 'center'): void {
    const { rowHeight } = this.#options
    const { scrollTop, clientHeight } = this.element
    const top = this.#active * rowHeight
    const isInSight = top >= scrollTop && top + rowHeight <= scrollTop + clientHeight
    if (isInSight) return
    if (where === 'center') this.element.scrollTop = top - (clientHeight - rowHeight) / 2
    else if (top < scrollTop) this.element.scrollTop = top
    else this.element.scrollTop = top + rowHeight - clientHeight
  }

  #click(event: Event): void {
    const row = event.target instanceof Element ? event.target.closest('[role=option]') : null
    for (const [at, drawn] of this.#drawn) if (drawn === row) this.#active = at
    if (!row) return
    this.#markActive()
    this.#tell('pointer')
  }

  #tell(by: 'key' | 'pointer'): void {
    const item = this.active
    if (item !== null) this.#options.onActive(item, by)
  }
}
