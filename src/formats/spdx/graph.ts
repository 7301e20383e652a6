import type { Part } from '#formats/advisory/documents.ts'
import type { Component } from '#formats/finding/finding.ts'
import type { Reader } from '#formats/json/reader.ts'
import { componentOf } from './package.ts'

/** `Package` of the software profile and its subclasses of the AI and dataset profiles. */
const packages = /^(software[_:]Package|ai[_:]AIPackage|dataset[_:]DatasetPackage)$/

/**
 * The packages of an SPDX 3.0 document in JSON-LD form. Suppliers are elements of their own,
 * named by id. Elements of the security profile are counted, not read.
 */
export function graphComponents(document: Reader, version: string | undefined): Part {
  const elements = document.objects('@graph')
  const names = new Map<string, string>()
  for (const element of elements) {
    const id = idOf(element)
    const name = element.text('name')
    if (id !== undefined && name !== undefined) names.set(id, name)
  }
  const components = elements
    .filter((element) => packages.test(typeOf(element)))
    .flatMap((element) => packageIn(element, names))
  const unread = elements.filter((element) => /^security[_:]/.test(typeOf(element))).length
  if (unread > 0) {
    const why = `${unread} elements of the security profile of SPDX 3 are not read`
    document.problem({ code: 'unknown-format', why, key: '@graph', lost: true })
  }
  return { spec: version ?? specOf(elements) ?? '3.0', components }
}

const typeOf = (element: Reader): string => element.text('type') ?? element.text('@type') ?? ''
const idOf = (element: Reader): string | undefined => element.text('spdxId') ?? element.text('@id')

const specOf = (elements: readonly Reader[]): string | undefined =>
  elements.find((element) => typeOf(element) === 'CreationInfo')?.text('specVersion')

function packageIn(element: Reader, names: ReadonlyMap<string, string>): Component[] {
  const supplier = element.raw('suppliedBy')
  const component = componentOf({
    name: element.text('name'),
    version: element.textish('software_packageVersion'),
    supplier: typeof supplier === 'string' ? names.get(supplier) : undefined,
    references: [
      { type: 'purl', locator: element.text('software_packageUrl') },
      ...element.objects('externalIdentifier').map((one) => ({
        type: one.text('externalIdentifierType') ?? '',
        locator: one.text('identifier'),
      })),
    ],
  })
  if (component) return [component]
  element.problem({ code: 'missing-field', why: 'a package without a name', lost: true })
  return []
}
