import { type Ecosystem, ecosystemOf, purlTypeOf } from './ecosystem.ts'
import { buildPurl } from './parse.ts'
import type { Purl } from './purl.ts'

/**
 * The name under which an ecosystem knows the package of a purl: `group:artifact` for Maven,
 * `@scope/name` for npm, the module path for Go, the bare name for a distribution's packages.
 */
export function packageNameOf(purl: Purl): string {
  const { type, namespace, name } = purl
  if (namespace === undefined) return name
  if (['deb', 'rpm', 'apk', 'alpm'].includes(type)) return name
  return type === 'maven' ? `${namespace}:${name}` : `${namespace}/${name}`
}

/**
 * The form of a package name in which two spellings that the ecosystem takes for the same are
 * equal. Only rules that the registry itself applies are applied: npm and RubyGems names keep
 * their case, since packages exist whose names differ in nothing else.
 */
export function normalPackageName(ecosystem: Ecosystem | null, name: string): string {
  const trimmed = name.trim()
  switch (ecosystem) {
    case 'PyPI':
      // PEP 503: case does not count, and runs of dash, underscore and dot are one dash.
      return trimmed.toLowerCase().replace(/[-_.]+/g, '-')
    case 'crates.io':
      // The registry refuses a crate whose name differs from another only in these.
      return trimmed.toLowerCase().replaceAll('_', '-')
    case 'Maven':
      return colonForm(trimmed)
    case 'Go':
      return goPath(trimmed)
    case 'SwiftURL':
      return repositoryPath(trimmed).toLowerCase()
    case 'NuGet':
    case 'Packagist':
    case 'Hex':
    case 'Pub':
    case 'GitHub Actions':
    case 'Debian':
    case 'Ubuntu':
    case 'ConanCenter':
    case 'Bitnami':
    case 'VSCode':
      return trimmed.toLowerCase()
    default:
      return trimmed
  }
}

/** `group/artifact`, as purls and some scanners write a Maven coordinate, in Maven's own form. */
function colonForm(name: string): string {
  if (name.includes(':')) return name.split(':').slice(0, 2).join(':')
  const slash = name.indexOf('/')
  return slash < 0 ? name : `${name.slice(0, slash)}:${name.slice(slash + 1)}`
}

/** The path of a repository without scheme, closing slashes and `.git`. */
function repositoryPath(name: string): string {
  let end = name.length
  while (name[end - 1] === '/') end--
  if (name.slice(0, end).endsWith('.git')) end -= 4
  return name.slice(0, end).replace(/^[a-z+]+:\/\//i, '')
}

/** A module path with the case that the module proxy escapes as `!x` (go.dev/ref/mod#goproxy). */
const goPath = (name: string): string =>
  repositoryPath(name).replace(/!([a-z])/g, (_, letter: string) => letter.toUpperCase())

/** A package as ecosystems know it: what two documents are compared by. */
export type Package = { readonly ecosystem: Ecosystem; readonly name: string }

/** The package that a purl names, in normal form; null where its ecosystem is not known. */
export function packageOf(purl: Purl): Package | null {
  const ecosystem = ecosystemOf(purl)
  return ecosystem && { ecosystem, name: normalPackageName(ecosystem, packageNameOf(purl)) }
}

/** The purl of a package; null where the ecosystem has no purl type or the name does not fit. */
export function purlOf(found: Package, version?: string): Purl | null {
  const kind = purlTypeOf(found.ecosystem)
  if (!kind) return null
  const name = normalPackageName(found.ecosystem, found.name)
  const cut = name.lastIndexOf(kind.type === 'maven' ? ':' : '/')
  const parts =
    kind.namespace !== undefined
      ? { ...kind, name }
      : { ...kind, namespace: cut < 0 ? undefined : name.slice(0, cut), name: name.slice(cut + 1) }
  const built = buildPurl({ ...parts, version })
  return built.ok ? built.value : null
}
