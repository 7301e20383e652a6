import { parseCpe } from '#formats/advisory/cpe.ts'
import { distinct } from '#formats/advisory/identifiers.ts'
import type { Component, VersionRange } from '#formats/finding/finding.ts'
import { present } from '#formats/finding/present.ts'
import type { Reader } from '#formats/json/reader.ts'

type Gathered = {
  readonly name: string
  readonly vendor: string | undefined
  readonly cpes: string[]
  readonly ranges: VersionRange[]
  readonly versions: string[]
}

/**
 * The products that the configurations of an NVD entry call vulnerable, one component a product.
 * `AND` with the platform they run on is not kept: the platform itself is not vulnerable.
 */
export function componentsOf(configurations: readonly Reader[]): Component[] {
  const found = new Map<string, Gathered>()
  for (const match of matchesIn(configurations)) {
    const criteria = match.text('criteria') ?? match.text('cpe23Uri')
    const cpe = criteria === undefined ? null : parseCpe(criteria)
    if (criteria === undefined || cpe === null || match.raw('vulnerable') === false) continue
    const key = `${cpe.vendor}\n${cpe.product}`
    const into = found.get(key) ?? { name: cpe.product, vendor: cpe.vendor, ...empty() }
    found.set(key, into)
    const range = rangeOf(match)
    if (range !== undefined) into.ranges.push(range)
    if (cpe.version === undefined || into.cpes.length === 0) into.cpes.push(criteria)
    if (cpe.version !== undefined && range === undefined) into.versions.push(cpe.version)
  }
  return [...found.values()].map(({ cpes, versions, ...one }) =>
    present<Component>({ ...one, cpes: distinct(cpes), versions: distinct(versions) }),
  )
}

const empty = (): Pick<Gathered, 'cpes' | 'ranges' | 'versions'> => ({
  cpes: [],
  ranges: [],
  versions: [],
})

/** The CPE matches of all nodes: `cpeMatch` in API 2.0, `cpe_match` and `children` in feed 1.1. */
function* matchesIn(configurations: readonly Reader[]): Generator<Reader> {
  let level = configurations.flatMap((one) => one.objects('nodes'))
  while (level.length > 0) {
    for (const node of level) {
      yield* node.objects('cpeMatch')
      yield* node.objects('cpe_match')
    }
    level = level.flatMap((node) => node.objects('children'))
  }
}

/** An exclusive start becomes an inclusive one: a version too much rather than one too few. */
function rangeOf(match: Reader): VersionRange | undefined {
  const range = present<VersionRange>({
    introduced: match.text('versionStartIncluding') ?? match.text('versionStartExcluding'),
    fixed: match.text('versionEndExcluding'),
    lastAffected: match.text('versionEndIncluding'),
  })
  return Object.keys(range).length === 0 ? undefined : range
}
