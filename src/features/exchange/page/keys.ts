import type { App } from './app.ts'
import { isTyping } from './dom.ts'

/** Keys that work anywhere outside fields and dialogues. */
const anywhere: Readonly<Record<string, (app: App) => void>> = {
  j: (app) => app.move(1),
  k: (app) => app.move(-1),
  n: (app) => app.moveSuggestion(1),
  p: (app) => app.moveSuggestion(-1),
  '/': (app) => app.search(),
  '?': (app) => app.help.show(),
}

/** Keys of the list while it has the focus. */
const inList: Readonly<Record<string, (app: App) => void>> = {
  ArrowDown: (app) => app.move(1),
  ArrowUp: (app) => app.move(-1),
  PageDown: (app) => app.move(app.pageLines),
  PageUp: (app) => app.move(-app.pageLines),
  Home: (app) => app.move(Number.NEGATIVE_INFINITY),
  End: (app) => app.move(Number.POSITIVE_INFINITY),
  Enter: (app) => app.open(),
}

const inSearch: Readonly<Record<string, (app: App) => void>> = {
  Escape: (app) => app.leaveSearch(),
  ArrowDown: (app) => app.focusList(),
  Enter: (app) => app.focusList(),
}

export function listenToKeys(app: App): void {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
    if (event.target instanceof Element && event.target.closest('dialog')) return
    const act = actionOf(event, app)
    if (!act) return
    event.preventDefault()
    act(app)
  })
}

function actionOf(event: KeyboardEvent, app: App): ((app: App) => void) | undefined {
  const { target, key } = event
  if (isTyping(event)) {
    return target instanceof HTMLInputElement ? own(inSearch, key) : undefined
  }
  if (key === 'Escape') return (one) => one.close()
  const isList = target instanceof Element && target.matches('[role=listbox]')
  const isBody = target === document.body
  const found = isList || isBody ? own(inList, key) : undefined
  return found ?? (app.help.areKeysOn ? own(anywhere, key) : undefined)
}

const own = <T>(actions: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(actions, key) ? actions[key] : undefined
