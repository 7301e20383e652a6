import { distinct } from '#formats/advisory/identifiers.ts'
import { rangesOfEvents } from '#formats/advisory/ranges.ts'
import { repositoryName } from '#formats/advisory/repository.ts'
import type { Component, Location, VersionRange } from '#formats/finding/finding.ts'
import { present } from '#formats/finding/present.ts'
import type { Reader } from '#formats/json/reader.ts'
import { affectedOf, type Entry, entriesOf } from './versions.ts'

/** Registries by the telling part of the host in `collectionURL`, as OSV names their ecosystems. */
const registries: Readonly<Record<string, string>> = {
  npmjs: 'npm',
  pypi: 'PyPI',
  maven: 'Maven',
  mvnrepository: 'Maven',
  sonatype: 'Maven',
  packagist: 'Packagist',
  rubygems: 'RubyGems',
  crates: 'crates.io',
  nuget: 'NuGet',
  go: 'Go',
  golang: 'Go',
  hex: 'Hex',
  pub: 'Pub',
  hackage: 'Hackage',
  cran: 'CRAN',
}

const ecosystemOf = (collection: string | undefined): string | undefined => {
  const host = /^https?:\/\/([^/?#:]+)/i.exec(collection ?? '')?.[1]?.toLowerCase() ?? ''
  const telling = host.split('.').find((part) => Object.hasOwn(registries, part))
  return telling === undefined ? undefined : registries[telling]
}

const named = (text: string | undefined): string | undefined =>
  text === undefined || /^\s*(n\/?a|unknown|unspecified|-|\*)\s*$/i.test(text)
    ? undefined
    : text.trim()

/**
 * What a record calls affected, over all its containers: one component a product, with the
 * commits of its repository as a component of their own in the ecosystem `GIT`.
 */
export function componentsOf(affected: readonly Reader[]): Component[] {
  const keyOf = ({ ecosystem, vendor, name }: Component): string =>
    [ecosystem, vendor, name].join('\n').toLowerCase()
  return [...Map.groupBy(affected.flatMap(productOf), keyOf).values()].map(merged)
}

function productOf(product: Reader): Component[] {
  const entries = entriesOf(product)
  const versions = entries.filter(({ isGit }) => !isGit)
  const purl = product.text('packageURL')
  const vendor = named(product.text('vendor'))
  const name = named(product.text('packageName')) ?? named(product.text('product')) ?? purl
  const commits = commitsOf(product, entries, name)
  if (name === undefined) return commits
  const { ranges, versions: listed } = affectedOf(versions, product.text('defaultStatus'))
  const isCommitsOnly = versions.length === 0 && commits.length > 0
  const component = present<Component>({
    name,
    vendor,
    ecosystem: ecosystemOf(product.text('collectionURL')),
    purl,
    cpes: distinct(product.texts('cpes')),
    ranges,
    versions: distinct(listed),
  })
  return isCommitsOnly && !component.cpes && !purl ? commits : [component, ...commits]
}

/** The affected stretches of commits, under the name of the repository. */
function commitsOf(
  product: Reader,
  entries: readonly Entry[],
  name: string | undefined,
): Component[] {
  const git = entries.filter(({ isGit, status }) => isGit && status === 'affected')
  const repository = repositoryName(product.text('repo')) ?? name
  if (git.length === 0 || repository === undefined) return []
  const ranges = git.flatMap(({ version, before, through }) =>
    rangesOfEvents([
      { kind: 'introduced' as const, version: version ?? '0' },
      ...(before === undefined ? [] : [{ kind: 'fixed' as const, version: before }]),
      ...(through === undefined ? [] : [{ kind: 'lastAffected' as const, version: through }]),
    ]),
  )
  return [{ name: repository, ecosystem: 'GIT', ranges }]
}

/** Entries on one product, e.g. one of the vendor and one of an enriching authority. */
function merged(same: readonly Component[]): Component {
  const [first = { name: '' }] = same
  if (same.length === 1) return first
  return present<Component>({
    ...first,
    purl: same.find(({ purl }) => purl !== undefined)?.purl,
    cpes: distinct(same.flatMap(({ cpes }) => cpes ?? [])),
    ranges: withoutRepeats(same.flatMap(({ ranges }) => ranges ?? [])),
    versions: distinct(same.flatMap(({ versions }) => versions ?? [])),
  })
}

function withoutRepeats(ranges: readonly VersionRange[]): VersionRange[] {
  const keyOf = (one: VersionRange): string =>
    [one.introduced, one.fixed, one.lastAffected].join('\n')
  return [...new Map(ranges.map((range) => [keyOf(range), range])).values()]
}

/** Files that the record names as affected. */
export const locationsOf = (affected: readonly Reader[]): Location[] =>
  distinct(affected.flatMap((product) => product.texts('programFiles'))).map((file) => ({
    file: file.replaceAll('\\', '/'),
  }))

/** Functions that the record names as affected. */
export const symbolsOf = (affected: readonly Reader[]): string[] =>
  distinct(
    affected.flatMap((product) =>
      product.objects('programRoutines').map((routine) => routine.text('name')),
    ),
  )

/** Commits that end an affected stretch: fixes. */
export const fixHashesOf = (affected: readonly Reader[]): string[] =>
  distinct(
    affected
      .flatMap(entriesOf)
      .filter(({ isGit, status }) => isGit && status === 'affected')
      .map(({ before }) => before),
  )
