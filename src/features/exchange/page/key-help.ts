import { el } from './dom.ts'

const keys: readonly (readonly [readonly string[], string])[] = [
  [['j', '↓'], 'next in the list'],
  [['k', '↑'], 'previous in the list'],
  [['page up', 'page down', 'home', 'end'], 'further, while the list has the focus'],
  [['enter'], 'read what is chosen'],
  [['escape'], 'back to the list, then out of what is open'],
  [['/'], 'filter'],
  [['n', 'p'], 'next and previous suggestion'],
  [['?'], 'this list'],
]

/** The list of keys, with a switch for those who find single keys in their way (WCAG 2.1.4). */
export class KeyHelp {
  readonly element: HTMLDialogElement
  readonly #switch = el('input', { type: 'checkbox', id: 'single-keys' })

  constructor() {
    this.#switch.checked = true
    this.element = el(
      'dialog',
      { 'aria-labelledby': 'keys-title' },
      el('h2', { id: 'keys-title' }, 'Keys'),
      el(
        'dl',
        { class: 'keys' },
        keys.map(([names, does]) =>
          el(
            'div',
            {},
            el(
              'dt',
              {},
              names.map((name) => [el('kbd', {}, name), ' ']),
            ),
            el('dd', {}, does),
          ),
        ),
      ),
      el('label', { class: 'switch' }, this.#switch, 'Keys without ctrl work on this page'),
      el('form', { method: 'dialog' }, el('button', { type: 'submit' }, 'Close')),
    )
  }

  get areKeysOn(): boolean {
    return this.#switch.checked
  }

  show(): void {
    if (!this.element.open) this.element.showModal()
  }
}
