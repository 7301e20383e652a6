import { parseCpe } from '#formats/advisory/cpe.ts'
import type { Component } from '#formats/finding/finding.ts'
import { parseEcosystem } from '#formats/purl/ecosystem.ts'
import { normalPackageName, packageOf } from '#formats/purl/package-name.ts'
import { readPurl } from '#formats/purl/parse.ts'
import type { Purl } from '#formats/purl/purl.ts'

/** How two documents were found to mean one component, from the surest way to the least. */
export type MatchKind = 'purl' | 'package' | 'repository' | 'product' | 'name'

/** A key that is equal for two spellings of one component. */
export type IdentityKey = { readonly kind: MatchKind; readonly key: string }

/** The names of a component in normal form, and the ecosystem whose versions it has. */
export type Identity = {
  readonly keys: readonly IdentityKey[]
  /** Canonical name, e.g. `npm`; null where none is named or known. */
  readonly ecosystem: string | null
  /** The release of a distribution, e.g. `12` of `Debian:12`. */
  readonly release: string | null
}

/** What a component is known by: purl, package of an ecosystem, repository, product, bare name. */
export function identityOf(component: Component): Identity {
  const purl = component.purl === undefined ? null : readPurl(component.purl)
  const written = parseEcosystem(component.ecosystem ?? '')
  const found = purl && packageOf(purl)
  const ecosystem = found?.ecosystem ?? written?.name ?? null
  const name = found?.name ?? normalPackageName(ecosystem, component.name)
  const isRepository = component.ecosystem?.toUpperCase() === 'GIT'
  const keys: IdentityKey[] = []
  if (purl && !found) keys.push({ kind: 'purl', key: purlKey(purl) })
  if (ecosystem !== null) {
    keys.push({ kind: purl ? 'purl' : 'package', key: `package ${ecosystem} ${name}` })
  }
  for (const key of repositoryKeys(purl, isRepository ? component.name : name, isRepository)) {
    keys.push({ kind: 'repository', key })
  }
  keys.push(...productKeys(component))
  if (!isRepository) keys.push({ kind: 'name', key: `name ${plain(component.name)}` })
  return { keys: distinctKeys(keys), ecosystem, release: written?.release ?? releaseIn(purl) }
}

const purlKey = ({ type, namespace = '', name }: Purl): string =>
  `purl ${type}/${namespace}/${name}`.toLowerCase()

/** `distro=debian-12` is how distributions' purls name their release. */
function releaseIn(purl: Purl | null): string | null {
  const distro = purl?.qualifiers?.['distro'] ?? ''
  return /^[a-z]+-(\d[\w.]*)$/i.exec(distro)?.[1] ?? null
}

const forge = /^(github\.com|gitlab\.com|bitbucket\.org|codeberg\.org)\/[^/\s]+\/[^/\s]+/i

/** `host/owner/name` of the source repository that a name or a purl is. */
function repositoryKeys(purl: Purl | null, name: string, isRepository: boolean): string[] {
  const path = name.trim().replace(/^[a-z+]+:\/\//i, '')
  const written = [path.replace(/(\.git)?\/?$/i, '')]
  if (purl?.type === 'github' && purl.namespace) {
    written.push(`github.com/${purl.namespace}/${purl.name}`)
  }
  return written.flatMap((one) => {
    const found = forge.exec(one)?.[0] ?? (isRepository ? one : undefined)
    return found === undefined ? [] : [`repository ${found.toLowerCase()}`]
  })
}

/** Vendor and product, as the component or its CPE names say. */
function productKeys({ name, vendor, cpes = [] }: Component): IdentityKey[] {
  const named = cpes.flatMap((cpe) => {
    const found = parseCpe(cpe)
    return found?.vendor === undefined ? [] : [{ vendor: found.vendor, product: found.product }]
  })
  const all = vendor === undefined ? named : [{ vendor, product: name }, ...named]
  return all.map((one) => ({
    kind: 'product',
    key: `product ${plain(one.vendor)} ${plain(one.product)}`,
  }))
}

const plain = (text: string): string =>
  text
    .trim()
    .toLowerCase()
    .replace(/[\s_.-]+/g, '-')

function distinctKeys(keys: readonly IdentityKey[]): IdentityKey[] {
  const byKey = new Map<string, IdentityKey>()
  for (const one of keys) if (!byKey.has(one.key)) byKey.set(one.key, one)
  return [...byKey.values()]
}
