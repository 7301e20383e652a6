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
 * Ranges from expressions such as `>= 1.0, < 1.2 || = 2.0 (semver)`, `>=1.0 <1.2`, `1.0 - 1.2` and
 * `[1.0,1.2)`. `none` says that no version is known to be fixed, and what is no such expression
 * says nothing.
 */
export function affectedOf(constraints: readonly (string | undefined)[]): Affected {
  const ranges = new Map<string, VersionRange>()
  const versions = new Set<string>()
  for (const constraint of constraints) {
    const plain =
      constraint
        ?.trim()
        .replace(/\([a-z]{1,20}\)$/i, '')
        .trim() ?? ''
    const intervals = intervalsOf(plain)
    const found = intervals ?? parseComparators(withCommas(plain)) ?? nothing
    for (const range of found.ranges ?? []) ranges.set(JSON.stringify(range), range)
    for (const version of found.versions ?? []) versions.add(version)
  }
  return { ranges: [...ranges.values()], versions: [...versions] }
}

/** Alternatives as the shared parser reads them: each once, none empty, commas for blanks. */
function withCommas(constraint: string): string {
  const parts = new Set(constraint.split('||').map((part) => part.trim()))
  parts.delete('')
  parts.delete('none')
  const written = [...parts].map((part) =>
    part
      .replace(/^(\S{1,100}) - (\S{1,100})$/, '>=$1, <=$2')
      .replace(/([^\s,<>=!])\s{1,9}(?=[<>=])/g, '$1, '),
  )
  return written.join(' || ')
}

const nothing: Affected = { ranges: [], versions: [] }

/** Intervals as Maven and NuGet write them; null where the text does not begin like one. */
function intervalsOf(text: string): Affected | null {
  if (text === '*') return { ranges: [{ introduced: '0' }], versions: [] }
  if (!/^[[(]/.test(text)) return null
  if (text.length > 10_000) return nothing
  const ranges: VersionRange[] = []
  const versions: string[] = []
  for (const one of text.split(/(?<=[\])])\s{0,9},?\s{0,9}(?=[[(])/)) {
    const [, , start, comma, end, close] =
      /^([[(])([^,]*)(,?)([^,]*)([\])])$/.exec(one.trim()) ?? []
    if (start === undefined || end === undefined) return nothing
    if (comma === '') versions.push((start + end).trim())
    else ranges.push(interval(start.trim(), end.trim(), close === ']'))
  }
  return { ranges: ranges.filter((range) => Object.keys(range).length > 0), versions }
}

function interval(start: string, end: string, isClosed: boolean): VersionRange {
  return {
    ...(start === '' ? {} : { introduced: start }),
    ...(end === '' ? {} : { [isClosed ? 'lastAffected' : 'fixed']: end }),
  }
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
