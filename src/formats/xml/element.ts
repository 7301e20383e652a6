import type { XmlElement } from '#formats/finding/decoder.ts'

/** The direct children of that local name, in document order; none when `element` is absent. */
export const childrenOf = (element: XmlElement | undefined, name: string): XmlElement[] =>
  element === undefined ? [] : element.children.filter((child) => child.name === name)

/** The first direct child of that local name. Absent goes in, absent comes out. */
export const firstChild = (element: XmlElement | undefined, name: string): XmlElement | undefined =>
  element?.children.find((child) => child.name === name)

/** The trimmed text of an element, or of its first child `name`; a blank text is absent. */
export function textOf(element: XmlElement | undefined, name?: string): string | undefined {
  const found = name === undefined ? element : firstChild(element, name)
  return found?.text.trim() || undefined
}

/** The trimmed value of an attribute, by its name as written; a blank value is absent. */
export const attributeOf = (element: XmlElement | undefined, name: string): string | undefined =>
  element?.attributes.get(name)?.trim() || undefined
