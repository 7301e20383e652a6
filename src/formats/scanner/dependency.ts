import { distinct, publicIds } from '#formats/advisory/identifiers.ts'
import { parseComparators } from '#formats/advisory/ranges.ts'
import type { Component, VersionRange } from '#formats/finding/finding.ts'

/**
 * Prefixes of bulletins, which announce updates and may fix several flaws at once: a bulletin
 * shared by two findings does not make them the same flaw.
 */
const bulletins = [
  ...['DSA', 'DLA', 'DTSA', 'RHSA', 'RHBA', 'RHEA', 'ELSA', 'ELBA', 'ALAS[0-9A-Z.]*', 'USN', 'LSN'],
  ...['GLSA', 'ALSA', 'RLSA', 'CESA', 'MGASA', 'FEDORA', 'SUSE', 'openSUSE', 'TSSA', 'AVG', 'ASA'],
]
const bulletin = new RegExp(`^(?:${bulletins.join('|')})[-:_ ]`, 'i')

/** What the tool calls the flaw, and other names it has beside that one. */
export type Names = { readonly aliases: string[]; readonly related: string[] }

/**
 * Sorts names into those of this very flaw and those merely related to it. Where the tool itself
 * names a bulletin, the other names are the flaws that it fixes: one of them is meant, if there
 * is only one.
 */
export function namesOf(own: string | undefined, others: readonly (string | undefined)[]): Names {
  const all = publicIds([own, ...others])
  const flaws = all.filter((id) => !bulletin.test(id))
  const notices = all.filter((id) => bulletin.test(id))
  const isBulletin = own !== undefined && bulletin.test(own)
  if (!isBulletin || flaws.length <= 1) return { aliases: flaws, related: notices }
  return { aliases: notices.slice(0, 1), related: [...flaws, ...notices.slice(1)] }
}

type Affected = Pick<Component, 'ranges' | 'versions'>

/**
 * Ranges from expressions such as `>= 1.0, < 1.2 || = 2.0 (semver)`. `none` says that no version
 * is known to be fixed, and what is no such expression says nothing.
 */
export function affectedOf(constraints: readonly (string | undefined)[]): Affected {
  const ranges = new Map<string, VersionRange>()
  const versions = new Set<string>()
  for (const constraint of constraints) {
    const plain = constraint?.replace(/\s*\([^()]*\)\s*$/, '').trim()
    const parts = new Set(plain?.split('||').map((part) => part.trim()))
    parts.delete('')
    parts.delete('none')
    const found = parts.size === 0 ? null : parseComparators([...parts].join(' || '))
    for (const range of found?.ranges ?? []) ranges.set(JSON.stringify(range), range)
    for (const version of found?.versions ?? []) versions.add(version)
  }
  return { ranges: [...ranges.values()], versions: [...versions] }
}

/**
 * The range below the one version that fixes a flaw; with several fixed branches no single range
 * is right, so there is none.
 */
export function belowFix(fixed: readonly string[]): VersionRange[] {
  const [version, ...others] = fixed
  return version === undefined || others.length > 0 ? [] : [{ fixed: version }]
}

/** Advice to upgrade, where versions with a fix are known. */
export function upgradeTo(fixed: readonly string[], name: string): string | undefined {
  const versions = distinct(fixed)
  return versions.length === 0 ? undefined : `Upgrade ${name} to ${versions.join(' or ')}`
}
