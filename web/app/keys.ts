import { useEffect, useState } from 'react'

/** What one key, or one key after another (`g q`), does while the part that names it is shown. */
export type KeyBinding = {
  /** As `KeyboardEvent.key` says it; `ctrl+k` also means the command key; `g q` is a sequence. */
  readonly keys: readonly string[]
  readonly does: string
  readonly run: (event: KeyboardEvent) => void
  /** Works while a person types in a field. */
  readonly inFields?: boolean
  readonly isOff?: boolean
}

export type KeyGroup = { readonly name: string; readonly bindings: readonly KeyBinding[] }

const switchName = 'parley.single-keys'
const sequenceMs = 1200
/** What is drawn inside another part is drawn after it: its keys go first. */
type Entry = { readonly order: number; group: KeyGroup }
const entries = new Set<Entry>()
let nextOrder = 0
let pending = ''
let pendingTimer: ReturnType<typeof setTimeout> | undefined

/** Single keys can be turned off by those who find them in their way (WCAG 2.2, 2.1.4). */
export const areSingleKeysOn = (): boolean => localStorage.getItem(switchName) !== 'off'
export const setSingleKeys = (isOn: boolean): void =>
  localStorage.setItem(switchName, isOn ? 'on' : 'off')

/** What the keys do now, the innermost part first; for the list of keys. */
export const keyGroupsNow = (): readonly KeyGroup[] =>
  [...entries]
    .sort((one, other) => other.order - one.order)
    .map(({ group }) => ({
      ...group,
      bindings: group.bindings.filter(({ isOff }) => isOff !== true),
    }))

/** Makes the keys of a part work while it is shown. An inner part goes before an outer one. */
export function useKeys(name: string, bindings: readonly KeyBinding[]): void {
  const [entry] = useState<Entry>(() => ({ order: nextOrder++, group: { name, bindings } }))
  useEffect(() => {
    entry.group = { name, bindings }
  })
  useEffect(() => {
    entries.add(entry)
    return () => {
      entries.delete(entry)
    }
  }, [entry])
}

/** Listens once for the whole app; gives the function that ends it. */
export function listenForKeys(): () => void {
  document.addEventListener('keydown', onKey)
  return () => document.removeEventListener('keydown', onKey)
}

function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing || modifiers.has(event.key)) return
  const name = nameOf(event)
  const sequence = pending === '' ? name : `${pending} ${name}`
  forget()
  const found = find(sequence, event) ?? find(name, event)
  if (found) {
    event.preventDefault()
    found.run(event)
  } else if (begins(name, event)) {
    pending = name
    pendingTimer = setTimeout(forget, sequenceMs)
  }
}

const modifiers = new Set(['Shift', 'Control', 'Alt', 'Meta', 'AltGraph'])

function forget(): void {
  pending = ''
  clearTimeout(pendingTimer)
}

/** `ctrl+k`, `shift+j` for letters and arrows, and the sign itself for `?` and `/`. */
function nameOf(event: KeyboardEvent): string {
  const { key } = event
  const isLetter = /^\p{L}$/u.test(key)
  const base = isLetter || key.length > 1 ? key.toLowerCase() : key === ' ' ? 'space' : key
  const shift = event.shiftKey && (isLetter || key.length > 1 || key === ' ') ? 'shift+' : ''
  return `${event.ctrlKey || event.metaKey ? 'ctrl+' : ''}${event.altKey ? 'alt+' : ''}${shift}${base}`
}

function find(name: string, event: KeyboardEvent): KeyBinding | undefined {
  for (const { bindings } of keyGroupsNow()) {
    const found = bindings.find((binding) => binding.keys.includes(name) && works(binding, event))
    if (found) return found
  }
  return undefined
}

const begins = (name: string, event: KeyboardEvent): boolean =>
  keyGroupsNow().some(({ bindings }) =>
    bindings.some(
      (binding) =>
        binding.keys.some((keys) => keys.startsWith(`${name} `)) && works(binding, event),
    ),
  )

function works(binding: KeyBinding, event: KeyboardEvent): boolean {
  const hasModifier = event.ctrlKey || event.metaKey || event.altKey
  if (isOverlayOpen() && binding.inFields !== true) return false
  if (isField(event.target)) return binding.inFields === true || hasModifier
  if (needsItself(event)) return false
  return hasModifier || event.key.length > 1 || areSingleKeysOn()
}

/** While a dialogue or menu is open, keys belong to it. */
const isOverlayOpen = (): boolean =>
  document.querySelector('[role="dialog"],[role="alertdialog"],[role="menu"]') !== null

function isField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable) return true
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio'].includes(target.type)
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement
}

/** Enter and space press what has the focus when that is a button or a link. */
function needsItself(event: KeyboardEvent): boolean {
  if (event.key !== 'Enter' && event.key !== ' ') return false
  const { target } = event
  return target instanceof HTMLElement && target.matches('button, a[href], summary, input')
}
