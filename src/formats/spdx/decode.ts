import { decodeDocuments, type Part, recogniseDocuments } from '#formats/advisory/documents.ts'
import type { Decoded, Decoder } from '#formats/finding/decoder.ts'
import type { Component } from '#formats/finding/finding.ts'
import { isArray, isObject, type JsonObject, type Reader } from '#formats/json/reader.ts'
import { graphComponents } from './graph.ts'
import { componentOf } from './package.ts'
import { packagesIn } from './tag-value.ts'

/**
 * Inventories (SBOM): packages only. Links of category SECURITY stay unread, since they say that
 * an advisory exists and not that it applies.
 */
export const spdxDecoder: Decoder = {
  name: 'spdx',
  title: 'SPDX (software inventories)',
  source:
    'SPDX 2.2 and 2.3 (ISO/IEC 5962) in JSON and tag-value form, packages of SPDX 3.0 JSON-LD',
  recognise: (material) => {
    if (material.kind === 'text') return tagged.test(material.text.slice(0, 4000)) ? 3 : 0
    return recogniseDocuments(material, judge)
  },
  decode: (material) =>
    material.kind === 'text'
      ? decodeText(material.text)
      : decodeDocuments(material, (document) =>
          decodeOne(document.has('sbom') ? document.object('sbom') : document),
        ),
}

const tagged = /^SPDXVersion:\s*SPDX-/m

function judge(document: JsonObject): 0 | 1 | 2 | 3 {
  const { spdxVersion, sbom } = document
  if (isObject(sbom)) return judge(sbom)
  if (typeof spdxVersion === 'string' && spdxVersion.startsWith('SPDX-')) return 3
  return isGraph(document) ? 3 : 0
}

/** SPDX 3 says what it is by its JSON-LD context. */
const isGraph = (document: JsonObject): boolean =>
  isArray(document['@graph']) &&
  JSON.stringify(document['@context'] ?? '').includes('spdx.org/rdf/3')

function decodeText(text: string): Decoded {
  const { components, problems } = packagesIn(text)
  const spec = /^SPDXVersion:\s*SPDX-(\S+)/m.exec(text.slice(0, 4000))?.[1]
  return { ...(spec === undefined ? {} : { spec }), findings: [], components, problems }
}

function decodeOne(document: Reader): Part {
  const version = document.text('spdxVersion')?.replace(/^SPDX-/, '')
  if (document.has('@graph')) return graphComponents(document, version)
  if (document.has('packages')) {
    return { spec: version, components: document.objects('packages').flatMap(packageIn) }
  }
  const why = `SPDX ${version ?? 'of unknown version'} without packages`
  const hint = 'SPDX 2.2 and 2.3 (JSON, tag-value) and packages of SPDX 3.0 JSON-LD are read'
  document.problem({ code: 'missing-field', why, hint, key: 'packages' })
  return { spec: version }
}

function packageIn(found: Reader): Component[] {
  const component = componentOf({
    name: found.textish('name'),
    version: found.textish('versionInfo'),
    supplier: found.text('supplier'),
    references: found.objects('externalRefs').map((reference) => ({
      type: reference.text('referenceType') ?? '',
      locator: reference.text('referenceLocator'),
    })),
  })
  if (component) return [component]
  found.problem({ code: 'missing-field', why: 'a package without a name', lost: true })
  return []
}
