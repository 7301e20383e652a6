import type { XmlElement } from '#formats/finding/decoder.ts'
import { isArray, isObject, type JsonObject } from '#formats/json/reader.ts'
import { childrenOf, firstChild, textOf } from '#formats/xml/element.ts'

/** Elements that are a list of their children; in JSON they are arrays. */
const lists = new Set([
  ...['components', 'vulnerabilities', 'references', 'ratings', 'cwes', 'advisories', 'affects'],
  ...['versions', 'organizations', 'individuals', 'supportingMaterial'],
])

/** Elements that are read; the rest of a BOM (licences, hashes, ...) is not carried over. */
const objects = new Set([
  ...['metadata', 'component', 'supplier', 'vulnerability', 'source', 'reference', 'rating'],
  ...['advisory', 'target', 'credits', 'organization', 'individual', 'tools', 'proofOfConcept'],
  ...['analysis', 'attachment'],
])

/** A BOM in the shape of its JSON form, and the elements that its parts were made from. */
export type FromXml = {
  readonly bom: JsonObject
  readonly sources: ReadonlyMap<unknown, XmlElement>
}

/**
 * Brings a BOM in XML (1.0 to 1.7, and the vulnerability extension 1.0 used before 1.4) into the
 * shape that the JSON form has, as far as it is read.
 */
export function bomFromXml(root: XmlElement): FromXml {
  const sources = new Map<unknown, XmlElement>()
  const bom = objectOf(root, sources)
  const inside = insideComponents(bom['components'], sources)
  const own = isArray(bom['vulnerabilities']) ? bom['vulnerabilities'] : []
  return { bom: { ...bom, vulnerabilities: [...own, ...inside] }, sources }
}

type Built = { readonly [name: string]: unknown }

function objectOf(element: XmlElement, sources: Map<unknown, XmlElement>): Built {
  const { attributes, children, text } = element
  const parts: [string, unknown][] = [...attributes]
  if (children.length === 0 && text.trim() !== '') parts.push(['content', text])
  for (const child of children) {
    const found = partOf(child, sources)
    if (found !== undefined) parts.push([child.name, found])
  }
  if (element.name === 'vulnerability') parts.push(...extension(element))
  if (element.name === 'component') parts.push(...ownReference(element))
  const built = Object.fromEntries(parts)
  sources.set(built, element)
  return built
}

function partOf(element: XmlElement, sources: Map<unknown, XmlElement>): unknown {
  if (element.name === 'tools' && childrenOf(element, 'tool').length > 0) {
    return childrenOf(element, 'tool').map((tool) => objectOf(tool, sources))
  }
  if (lists.has(element.name)) {
    return element.children.flatMap((child) => partOf(child, sources) ?? [])
  }
  const isRange = element.name === 'version' && element.children.length > 0
  if (objects.has(element.name) || isRange) return objectOf(element, sources)
  return element.children.length === 0 ? textOf(element) : undefined
}

/** What only the extension has: `ref` for `affects`, advice in a list, advisories as bare text. */
function extension(element: XmlElement): [string, unknown][] {
  const ref = element.attributes.get('ref')
  const textsOf = (list: string): string[] =>
    childrenOf(element, list)
      .flatMap((one) => one.children)
      .flatMap((one) => textOf(one) ?? [])
  const advice = textsOf('recommendations')
  return [
    ['bareAdvisories', textsOf('advisories')],
    ...(ref === undefined ? [] : [['affects', [{ ref }]] satisfies [string, unknown]]),
    ...(advice.length === 0
      ? []
      : [['recommendation', advice.join('\n')] satisfies [string, unknown]]),
  ]
}

/** A component without a reference of its own has the one that its vulnerability gives it. */
function ownReference(component: XmlElement): [string, unknown][] {
  if (component.attributes.has('bom-ref')) return []
  const first = firstChild(firstChild(component, 'vulnerabilities'), 'vulnerability')
  const ref = first?.attributes.get('ref')
  return ref === undefined ? [] : [['bom-ref', ref]]
}

/** The extension puts vulnerabilities into the component that has them: what they affect. */
function insideComponents(components: unknown, sources: Map<unknown, XmlElement>): unknown[] {
  const found: unknown[] = []
  const waiting: unknown[] = isArray(components) ? components.toReversed() : []
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (!isObject(next)) continue
    const { vulnerabilities, components: nested, 'bom-ref': ref } = next
    for (const one of isArray(vulnerabilities) ? vulnerabilities : []) {
      const element = sources.get(one)
      if (!isObject(one) || element === undefined) continue
      const placed = ref === undefined ? one : { ...one, affects: [{ ref }] }
      sources.set(placed, element)
      found.push(placed)
    }
    for (const one of isArray(nested) ? nested.toReversed() : []) waiting.push(one)
  }
  return found
}
