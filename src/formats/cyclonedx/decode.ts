import { decodeDocuments, recogniseDocuments } from '#formats/advisory/documents.ts'
import type { Decoded, Decoder, Problem, XmlElement } from '#formats/finding/decoder.ts'
import type { Finding, Place } from '#formats/finding/finding.ts'
import { isArray, isObject, type JsonObject, Reader } from '#formats/json/reader.ts'
import { firstChild } from '#formats/xml/element.ts'
import { plainOf } from '#formats/xml/plain.ts'
import { inventoryOf } from './component.ts'
import { bomFromXml } from './from-xml.ts'
import { vulnerabilityOf } from './vulnerability.ts'

/** Inventories (SBOM), vulnerability reports (VDR) and VEX, in JSON and XML. */
export const cyclonedxDecoder: Decoder = {
  name: 'cyclonedx',
  title: 'CycloneDX (components, VDR, VEX)',
  source: 'CycloneDX 1.0 to 1.7 (ECMA-424) in JSON and XML, and its vulnerability extension 1.0',
  recognise: (material) =>
    material.kind === 'xml' ? judgeXml(material.root) : recogniseDocuments(material, judge),
  decode: (material) =>
    material.kind === 'xml'
      ? decodeXml(material.root)
      : decodeDocuments(material, (bom) => {
          const original = (one: Reader): unknown => one.value
          const placeOf = (one: Reader): Place => ({ pointer: one.pointer })
          return decodeBom(bom, { original, placeOf })
        }),
}

function judge({ bomFormat, specVersion, $schema, components }: JsonObject): 0 | 1 | 2 | 3 {
  if (bomFormat === 'CycloneDX') return 3
  if (typeof $schema === 'string' && $schema.includes('cyclonedx.org/schema/bom')) return 3
  return typeof specVersion === 'string' && isArray(components) && isObject(components[0]) ? 1 : 0
}

const namespace = 'http://cyclonedx.org/schema/bom'

function judgeXml(root: XmlElement): 0 | 1 | 2 | 3 {
  if (root.name !== 'bom') return 0
  if (root.namespace.startsWith(namespace)) return 3
  return firstChild(root, 'components') ? 1 : 0
}

type Source = {
  readonly original: (one: Reader) => unknown
  readonly placeOf: (one: Reader) => Place
}

function decodeBom(bom: Reader, { original, placeOf }: Source): Omit<Decoded, 'problems'> {
  const { components, byRef } = inventoryOf(bom)
  const findings = bom.objects('vulnerabilities').flatMap((one): Finding[] => {
    const said = vulnerabilityOf(one, byRef)
    return said === undefined ? [] : [{ at: placeOf(one), ...said, original: original(one) }]
  })
  const spec = bom.textish('specVersion')
  return { ...(spec === undefined ? {} : { spec }), findings, components }
}

/** As JSON, except that places are lines and originals are elements. */
function decodeXml(root: XmlElement): Decoded {
  const { bom, sources } = bomFromXml(root)
  const problems: Problem[] = []
  const elementOf = (one: Reader): XmlElement => sources.get(one.value) ?? root
  const decoded = decodeBom(new Reader(bom, '', problems), {
    original: (one) => plainOf(elementOf(one)),
    placeOf: (one) => ({ line: elementOf(one).line }),
  })
  const spec = root.namespace.startsWith(`${namespace}/`)
    ? root.namespace.slice(namespace.length + 1)
    : undefined
  return { ...(spec ? { spec } : {}), ...decoded, problems }
}
