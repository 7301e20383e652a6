import { distinct } from '#formats/advisory/identifiers.ts'
import type { Component, VersionRange } from '#formats/finding/finding.ts'
import { present } from '#formats/finding/present.ts'
import { packageNameOf } from '#formats/purl/package-name.ts'
import { readPurl } from '#formats/purl/parse.ts'
import { type Bag, textIn, textsIn } from './bag.ts'
import { repositoryComponent } from './repository.ts'
import type { KnownResult } from './result.ts'

const nameKeys = ['package', 'packagename', 'pkgname', 'library', 'libraryname', 'dependency']
const moreNameKeys = ['dependencyname', 'component', 'componentname', 'artifactname']
const versionKeys = ['packageversion', 'installedversion', 'pkgversion', 'libraryversion']
const moreVersionKeys = ['componentversion', 'dependencyversion', 'artifactversion']
const fixedKeys = ['fixedversion', 'fixversion', 'fixedversions', 'fixedin', 'patchedversion']
const ecosystemKeys = ['ecosystem', 'packagemanager', 'packagetype', 'componentorigin']
const purlKeys = ['purl', 'purls', 'packageurl', 'packageurls']

/**
 * What a result is about: packages that properties, package addresses or the labelled lines of
 * composition scanners name, else the repository that was scanned.
 */
export function componentsOf({ bag, rule, places, message, scope }: KnownResult): Component[] {
  const purls = distinct([
    ...places.purls,
    ...textsIn(bag, ...purlKeys),
    ...(rule ? textsIn(rule.bag, ...purlKeys) : []),
  ])
  const named = namedIn(bag) ?? labelledIn(message.text) ?? labelledIn(rule?.help)
  const packages = purls.flatMap((written) => {
    const purl = readPurl(written)
    if (!purl) return []
    const name = packageNameOf(purl)
    const version = purl.version === undefined ? {} : { version: purl.version }
    return [{ ...version, ...matching(named, name), name, purl: written }]
  })
  if (packages.length > 0) return packages
  if (named) return [named]
  const { repository } = scope
  if (!repository) return []
  return [repositoryComponent(repository.url, repository.revision)]
}

/** What was said by name adds to a purl of the same package only. */
function matching(named: Component | undefined, name: string): Partial<Component> {
  if (!named) return {}
  const isSame = name === named.name || ['/', ':'].some((sign) => name.endsWith(sign + named.name))
  return isSame ? named : {}
}

function namedIn(bag: Bag): Component | undefined {
  const name = textIn(bag, ...nameKeys, ...moreNameKeys)
  if (name === undefined) return undefined
  return present<Component>({
    name,
    version: textIn(bag, ...versionKeys, ...moreVersionKeys),
    ecosystem: textIn(bag, ...ecosystemKeys),
    ranges: fixes(textsIn(bag, ...fixedKeys)),
  })
}

const fixes = (texts: readonly string[]): VersionRange[] =>
  distinct(texts.flatMap((text) => text.split(/[,\s]+/))).map((fixed) => ({ fixed }))

/** Lines such as `Package: openssl` and `Installed Version: 1.0.2` (Trivy, Grype). */
function labelledIn(text: string | undefined): Component | undefined {
  if (!text?.includes('Package:')) return undefined
  const read = (label: string): string | undefined =>
    new RegExp(`^[ \\t]*${label}:[ \\t]*(\\S[^\\r\\n]*)$`, 'm').exec(text)?.[1]?.trim()
  const name = read('Package')
  const version = read('(?:Installed )?Version')
  if (name === undefined || version === undefined) return undefined
  return present<Component>({
    name,
    version,
    ecosystem: read('Type'),
    ranges: fixes([read('Fix(?:ed)? Version') ?? '']),
  })
}
