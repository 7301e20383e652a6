import { distinct } from '#formats/advisory/identifiers.ts'
import type { Component, VersionRange } from '#formats/finding/finding.ts'
import { present } from '#formats/finding/present.ts'
import { type Bag, textIn, textsIn } from './bag.ts'
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
  const packages = purls.flatMap((purl) => {
    const name = nameOf(purl)
    return name === undefined ? [] : [{ ...matching(named, name), name, purl }]
  })
  if (packages.length > 0) return packages
  if (named) return [named]
  const { repository } = scope
  if (!repository) return []
  const { url, revision: version } = repository
  return [present<Component>({ name: repositoryName(url), purl: forgePurl(url, version), version })]
}

/** What was said by name adds to a purl of the same package only. */
function matching(named: Component | undefined, name: string): Partial<Component> {
  const isSame = named && (named.name === name || name.endsWith(`/${named.name}`))
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
  if (text === undefined) return undefined
  const read = (label: string): string | undefined =>
    new RegExp(`^[ \\t]*${label}:[ \\t]*(\\S[^\\r\\n]*)$`, 'im').exec(text)?.[1]?.trim()
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

/** The namespace and name in a package URL, whatever else it holds. */
function nameOf(purl: string): string | undefined {
  const found = /^pkg:\/*[A-Za-z][A-Za-z0-9.+-]*\/+([^?#]+)/.exec(purl)?.[1]
  const at = found?.lastIndexOf('@') ?? -1
  const path = at > 0 ? found?.slice(0, at) : found
  return path === undefined ? undefined : unescaped(path)
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const repositoryPath = /^[a-z+]+:\/\/(?:[^/@]*@)?([^/?#]+)\/([^?#]+?)(?:\.git)?\/?$/i

/** `https://github.com/owner/name.git` as `github.com/owner/name`. */
function repositoryName(url: string): string {
  const [, host, path] = repositoryPath.exec(url) ?? []
  return host === undefined ? url : `${host}/${path}`
}

function forgePurl(url: string, revision: string | undefined): string | undefined {
  const [, host, path = ''] = repositoryPath.exec(url) ?? []
  const type = { 'github.com': 'github', 'bitbucket.org': 'bitbucket' }[host ?? '']
  if (type === undefined || path.split('/').length !== 2) return undefined
  return `pkg:${type}/${path.toLowerCase()}${revision ? `@${revision}` : ''}`
}
