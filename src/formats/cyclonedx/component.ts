import { distinct } from '#formats/advisory/identifiers.ts'
import { namedPackage } from '#formats/advisory/package.ts'
import type { Component } from '#formats/finding/finding.ts'
import { present } from '#formats/finding/present.ts'
import type { Reader } from '#formats/json/reader.ts'

/** The inventory of a BOM, and its components by their `bom-ref`. */
export type Inventory = {
  readonly components: readonly Component[]
  readonly byRef: ReadonlyMap<string, Component>
}

/**
 * The component that the BOM is about, then all others with those nested inside them. Ancestors
 * in a pedigree and tools are no part of the inventory.
 */
export function inventoryOf(bom: Reader): Inventory {
  const metadata = bom.object('metadata')
  const about = metadata.has('component') ? [metadata.object('component')] : []
  const components: Component[] = []
  const byRef = new Map<string, Component>()
  const waiting = [...about, ...bom.objects('components')].reverse()
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const found = componentOf(next)
    if (found) components.push(found)
    const ref = next.text('bom-ref')
    if (found && ref !== undefined && !byRef.has(ref)) byRef.set(ref, found)
    for (const inner of next.objects('components').reverse()) waiting.push(inner)
  }
  return { components, byRef }
}

function componentOf(component: Reader): Component | undefined {
  const purl = component.text('purl')?.trim()
  const name = component.textish('name') ?? purl
  if (name === undefined) {
    component.problem({ code: 'missing-field', why: 'a component without a name', lost: true })
    return undefined
  }
  return present<Component>({
    ...namedPackage({ group: component.text('group')?.trim(), name: name.trim(), purl }),
    vendor: component.object('supplier').text('name') ?? component.text('publisher'),
    purl,
    cpes: distinct([component.text('cpe')]),
    version: component.textish('version')?.trim(),
  })
}
