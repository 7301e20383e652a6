import type { Component } from '#formats/finding/finding.ts'
import { canMeet, isVersionAffected } from './affected.ts'
import { type Identity, identityOf, type MatchKind } from './identity.ts'

/** A component of an inventory, and the document that lists it. */
export type Listed = { readonly file: string; readonly component: Component }

/** That an inventory has a component which a flaw is said to be in. */
export type Touch = {
  readonly listed: Listed
  readonly match: MatchKind
  /** True where the installed version is said to be affected, null where that is not known. */
  readonly isAffected: true | null
  /** One sentence for a person. */
  readonly how: string
}

type Entry = Listed & { readonly identity: Identity; readonly place: number }

/** What an organisation runs, from its SBOMs; asked whether a flaw touches any of it. */
export type Inventory = {
  readonly size: number
  /**
   * The first and surest component of the inventory that `affected` names, unless every one that
   * goes by that name has a version which is not affected. Null when nothing is touched.
   */
  readonly touches: (affected: Component) => Touch | null
}

/** Puts an inventory together from listed components. */
export function inventoryOf(listed: Iterable<Listed>): Inventory {
  const byKey = new Map<string, Entry[]>()
  let size = 0
  for (const { file, component } of listed) {
    const entry = { file, component, identity: identityOf(component), place: size }
    size += 1
    for (const { key } of entry.identity.keys) {
      const found = byKey.get(key)
      if (found) found.push(entry)
      else byKey.set(key, [entry])
    }
  }
  return { size, touches: (affected) => firstTouch(affected, byKey) }
}

/** Names that a whole inventory shares are looked at only so far. */
const entriesMax = 1000

/** An entry is judged once, by the surest of the names that it shares. */
function firstTouch(affected: Component, byKey: ReadonlyMap<string, Entry[]>): Touch | null {
  const affectedAs = identityOf(affected)
  const judged = new Set<number>()
  let open: Touch | null = null
  for (const { kind, key } of affectedAs.keys) {
    for (const entry of (byKey.get(key) ?? []).slice(0, entriesMax)) {
      const { component: installed, identity: installedAs, place } = entry
      const meeting = { affected, affectedAs, installed, installedAs, kind }
      if (judged.has(place) || !canMeet(meeting)) continue
      judged.add(place)
      const found = isVersionAffected(meeting)
      if (found === true) return touchOf(entry, kind, found)
      if (found === null) open ??= touchOf(entry, kind, found)
    }
  }
  return open
}

const ways: Readonly<Record<MatchKind, string>> = {
  purl: 'the same package, by its purl',
  package: 'the same package of the same ecosystem',
  repository: 'the same source repository',
  product: 'the same vendor and product',
  name: 'the same name, with no ecosystem to tell them apart',
}

function touchOf(entry: Entry, kind: MatchKind, isAffected: true | null): Touch {
  const { file, component } = entry
  const match = kind === 'purl' && component.purl === undefined ? 'package' : kind
  const { name, version } = component
  const installed =
    version === undefined
      ? 'no version is given'
      : `version ${version} ${isAffected ? 'is affected' : 'may be affected'}`
  const how = `${name} in ${file}: ${ways[match]}; ${installed}`
  return { listed: { file, component }, match, isAffected, how }
}
