import type { Component } from '#formats/finding/finding.ts'
import { isAffected } from '#formats/version/affected.ts'
import { schemeOf } from '#formats/version/scheme.ts'
import type { Identity, MatchKind } from './identity.ts'

/** Two components that go by one name: the one said to be affected, the one that is there. */
export type Meeting = {
  readonly affected: Component
  readonly affectedAs: Identity
  readonly installed: Component
  readonly installedAs: Identity
  readonly kind: MatchKind
}

/**
 * Whether they can be the same at all. Repositories, vendors and products reach across
 * ecosystems; two packages must be of one ecosystem and of one release of a distribution; a bare
 * name counts only where no ecosystem and no vendor says more.
 */
export function canMeet({ affected, affectedAs, installed, installedAs, kind }: Meeting): boolean {
  if (kind === 'product' || kind === 'repository') return true
  const isOpen = (one: string | null | undefined, other: string | null | undefined): boolean =>
    (one ?? null) === null || (other ?? null) === null
  if (kind === 'name') {
    const isFree = isOpen(affectedAs.ecosystem, installedAs.ecosystem)
    return isFree && isOpen(affected.vendor, installed.vendor)
  }
  const isSameRelease = affectedAs.release === installedAs.release
  return isSameRelease || isOpen(affectedAs.release, installedAs.release)
}

/** A version of numbers and dots, which every order takes in the same way. */
const plainNumbers = /^v?\d+(\.\d+)*$/

/**
 * Whether the installed version is affected; null where that cannot be known. Where no common
 * ecosystem says how versions are ordered, only plain numbers are ever taken for unaffected.
 */
export function isVersionAffected(meeting: Meeting): boolean | null {
  const { affected, affectedAs, installed, installedAs } = meeting
  const { version } = installed
  const { ranges = [], versions = [] } = affected
  if (version === undefined) return null
  const isSame = affectedAs.ecosystem !== null && affectedAs.ecosystem === installedAs.ecosystem
  const scheme = isSame ? schemeOf(affectedAs.ecosystem ?? '') : 'generic'
  const found = isAffected({ ranges, versions }, version, scheme)
  if (found !== false || isSame) return found
  const named = ranges.flatMap((range) => Object.values(range))
  return [version, ...versions, ...named].every((one) => plainNumbers.test(one)) ? false : null
}
