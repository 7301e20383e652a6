import { distinct } from '#formats/advisory/identifiers.ts'
import { type RangeEvent, rangesOfEvents } from '#formats/advisory/ranges.ts'
import { repositoryName } from '#formats/advisory/repository.ts'
import type { Component, VersionRange } from '#formats/finding/finding.ts'
import { present } from '#formats/finding/present.ts'
import type { Reader } from '#formats/json/reader.ts'

/** A component while entries of the same package are brought together. */
type Gathered = {
  readonly identity: { name: string; ecosystem?: string | undefined; purl?: string | undefined }
  readonly ranges: VersionRange[][]
  readonly versions: string[][]
}

/**
 * What is affected, one component a package. Ranges of commits belong to a component of their
 * own, named by its repository, in the ecosystem `GIT`: a hash is no version of a package.
 */
export function componentsOf(affected: readonly Reader[]): Component[] {
  const gathered = new Map<string, Gathered>()
  for (const entry of affected) {
    const named = packageOf(entry)
    const ranges = entry.objects('ranges')
    const isPackageRange = (range: Reader): boolean => range.raw('type') !== 'GIT'
    if (named) {
      const into = gather(gathered, named)
      into.ranges.push(ranges.filter(isPackageRange).flatMap(rangesOf))
      into.versions.push(entry.texts('versions'))
    }
    for (const range of ranges) {
      if (named && isPackageRange(range)) continue
      const into = gather(gathered, repositoryOf(range))
      into?.ranges.push(rangesOf(range))
      if (!named) into?.versions.push(entry.texts('versions'))
    }
  }
  return [...gathered.values()].map(componentOf)
}

function packageOf(entry: Reader): Gathered['identity'] | undefined {
  const named = entry.object('package')
  const purl = named.text('purl')
  const name = named.text('name') ?? purl
  return name === undefined ? undefined : { name, ecosystem: named.text('ecosystem'), purl }
}

function repositoryOf(range: Reader): Gathered['identity'] | undefined {
  const name = repositoryName(range.text('repo'))
  return name === undefined ? undefined : { name, ecosystem: 'GIT' }
}

function gather(into: Map<string, Gathered>, identity: Gathered['identity']): Gathered
function gather(
  into: Map<string, Gathered>,
  identity: Gathered['identity'] | undefined,
): Gathered | undefined
function gather(
  into: Map<string, Gathered>,
  identity: Gathered['identity'] | undefined,
): Gathered | undefined {
  if (identity === undefined) return undefined
  const key = [identity.ecosystem, identity.name, identity.purl].join('\n')
  const found = into.get(key) ?? { identity, ranges: [], versions: [] }
  into.set(key, found)
  return found
}

function componentOf({ identity, ranges, versions }: Gathered): Component {
  const [first = [], ...others] = versions
  return present<Component>({
    name: identity.name,
    ecosystem: identity.ecosystem,
    purl: identity.purl,
    ranges: ranges.flat(),
    versions: others.length === 0 ? first : [...new Set(versions.flat())],
  })
}

const ends = { introduced: 'introduced', fixed: 'fixed', last_affected: 'lastAffected' } as const

/** `limit` events bound a search through commits, not what is affected, and are passed over. */
function rangesOf(range: Reader): VersionRange[] {
  const events = range.objects('events').flatMap((event): RangeEvent[] => {
    for (const [name, kind] of Object.entries(ends)) {
      const version = event.textish(name)
      if (version !== undefined) return [{ kind, version }]
    }
    return []
  })
  return rangesOfEvents(events)
}

/** Hashes of commits that the ranges name as fixes. */
export const fixHashesOf = (affected: readonly Reader[]): string[] =>
  distinct(
    affected
      .flatMap((entry) => entry.objects('ranges'))
      .filter((range) => range.raw('type') === 'GIT')
      .flatMap((range) => range.objects('events'))
      .map((event) => event.text('fixed')),
  )

/** Go names symbols by import path, RustSec under `affects`, others as a plain list. */
export function symbolsOf(affected: readonly Reader[]): string[] {
  return distinct(
    affected.flatMap((entry) => {
      const specific = entry.object('ecosystem_specific')
      const imports = specific.objects('imports').flatMap((one) => one.texts('symbols'))
      const functions = functionsOf(specific.object('affects'), 'functions')
      return [...imports, ...functions, ...functionsOf(specific, 'affected_functions')]
    }),
  )
}

/** A list of names, or an object whose keys are the names (older RustSec exports). */
function functionsOf(place: Reader, key: string): string[] {
  return Array.isArray(place.raw(key)) || place.raw(key) === undefined
    ? place.texts(key)
    : place.entries(key).map(([name]) => name)
}
