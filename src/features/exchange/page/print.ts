import type { App } from './app.ts'
import { el } from './dom.ts'

/** Original records are for the screen: on paper they would bury the case. */
const wanted = '.detail details:not([open], .original)'
/** More lines than this are counted on paper, not printed. */
const linesMax = 20_000

/**
 * Paper has no list to scroll: while the page is printed, what is open is opened wholly, and
 * where nothing is open the whole list is laid out.
 */
export function printWhole(app: App): void {
  let opened: HTMLDetailsElement[] = []
  let sheet: HTMLElement | null = null
  window.addEventListener('beforeprint', () => {
    const { isOpen } = app.printed
    opened = isOpen ? [...document.querySelectorAll<HTMLDetailsElement>(wanted)] : []
    for (const details of opened) details.open = true
    if (isOpen) return
    sheet = listSheet(app)
    document.body.append(sheet)
  })
  window.addEventListener('afterprint', () => {
    for (const details of opened) details.open = false
    sheet?.remove()
    sheet = null
  })
}

function listSheet(app: App): HTMLElement {
  const { view, items } = app.printed
  return el(
    'div',
    { class: 'sheet' },
    el('h2', {}, view.title),
    el(
      'ol',
      {},
      items.slice(0, linesMax).map((item) => el('li', { class: 'row' }, view.row(item))),
    ),
    items.length > linesMax && el('p', {}, `and ${items.length - linesMax} more`),
  )
}
