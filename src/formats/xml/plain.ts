import type { XmlElement } from '#formats/finding/decoder.ts'

/** An element as plain values, so that it survives being written as JSON; empty parts left out. */
export type PlainElement = {
  readonly name: string
  readonly namespace?: string
  readonly attributes?: Readonly<Record<string, string>>
  readonly text?: string
  readonly children?: readonly PlainElement[]
}

/** The whole of an element and everything below it, without recursion: depth is no concern. */
export function plainOf(element: XmlElement): PlainElement {
  const root = shallow(element)
  const waiting: [XmlElement, Growing][] = [[element, root]]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [from, to] = next
    if (from.children.length === 0) continue
    to.children = from.children.map((child) => {
      const plain = shallow(child)
      waiting.push([child, plain])
      return plain
    })
  }
  return root
}

type Growing = { -readonly [K in keyof PlainElement]: PlainElement[K] }

function shallow({ name, namespace, attributes, text }: XmlElement): Growing {
  return {
    name,
    ...(namespace === '' ? {} : { namespace }),
    ...(attributes.size === 0 ? {} : { attributes: Object.fromEntries(attributes) }),
    ...(text === '' ? {} : { text }),
  }
}
