/** What may stand inside an element; nothing is drawn for null, undefined and false. */
export type Child = Node | string | null | undefined | false | readonly Child[]

type Value = string | number | boolean | null | undefined | ((event: Event) => void)

/** Attributes by name, and listeners by the name of their event. `true` is an empty attribute. */
export type Props = Readonly<Record<string, Value>>

/**
 * Makes an element. Texts become text nodes and attribute values, never markup; the names of
 * attributes are ours. An address from outside goes through `link` only.
 */
export function el<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  props: Props = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === 'function') element.addEventListener(name, value)
    else if (value === true) element.setAttribute(name, '')
    else if (value !== null && value !== undefined && value !== false)
      element.setAttribute(name, String(value))
  }
  append(element, children)
  return element
}

function append(element: Element, children: readonly Child[]): void {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue
    if (typeof child === 'string' || child instanceof Node) element.append(child)
    else append(element, child)
  }
}

/** Puts these children in place of all that the element holds. */
export function fill(element: Element, ...children: Child[]): void {
  element.replaceChildren()
  append(element, children)
}

/** Whether the event was aimed at something into which a person types. */
export const isTyping = (event: Event): boolean =>
  event.target instanceof HTMLElement &&
  event.target.matches('input:not([type=checkbox]), textarea, select')
