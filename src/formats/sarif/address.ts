import { isObject, type Reader } from '#formats/json/reader.ts'
import { elementAt } from './bag.ts'

/** Where an artifact is: a path in the code, an address on a network, or a package. */
export type Address =
  | { readonly is: 'file'; readonly file: string }
  | { readonly is: 'web'; readonly url: string }
  | { readonly is: 'package'; readonly purl: string }

/** Finds where an artifactLocation (section 3.4) leads; null when it says nothing. */
export type AddressFinder = (artifact: Reader) => Address | null

const nestingMax = 10
/** Every location is tried against every base, so that their number is bounded. */
const basesMax = 100

/** Resolves the artifact locations of one run against its artifacts and base addresses. */
export function addressesOf(run: Reader): AddressFinder {
  const roots = absoluteBases(run)
  return (artifact) => {
    const cached = artifactAt(run, artifact)
    const owner = artifact.has('uri') || !cached ? artifact : cached
    const uri = owner.text('uri')?.trim()
    if (uri === undefined) return null
    if (/^(?!file:)[a-z][a-z0-9+.-]+:\/\//i.test(uri)) return { is: 'web', url: uri }
    if (/^pkg:/i.test(uri)) return { is: 'package', purl: uri }
    if (isAbsolute(uri)) return { is: 'file', file: beneath(pathOf(uri), roots) }
    const base = basePath(run, owner.text('uriBaseId'), nestingMax)
    return { is: 'file', file: pathOf(base + uri) }
  }
}

/** Section 3.4.5: an index leads to the run's artifacts; before 2.1 a key led to its files. */
function artifactAt(run: Reader, artifact: Reader): Reader | null {
  const index = artifact.number('index') ?? artifact.number('fileIndex')
  const found = elementAt(run, 'artifacts', index) ?? elementAt(run, 'files', index)
  if (!found) return null
  return found.has('fileLocation') ? found.object('fileLocation') : found.object('location')
}

const isAbsolute = (uri: string): boolean =>
  /^(file:|\/|\\)/i.test(uri) || /^[A-Za-z]:[\\/]/.test(uri)

/** A file address or path as a path with forward slashes (RFC 8089; escapes resolved). */
function pathOf(uri: string): string {
  const slashed = uri.replaceAll('\\', '/')
  const path = /^file:/i.test(slashed)
    ? slashed.slice('file:'.length).replace(/^\/\/+/, '/')
    : slashed
  const resolved = decoded(path).replace(/^\/(?=[A-Za-z]:\/)/, '')
  return resolved.replace(/^(?:\.\/)+(?=.)/, '')
}

function decoded(path: string): string {
  if (!path.includes('%')) return path
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

type Base = { readonly uri?: string; readonly base?: string }

/** Section 3.14.14; before 2.1 a base was a mere text. */
function baseOf(run: Reader, id: string): Base {
  const bases = run.object('originalUriBaseIds')
  const found = bases.raw(id)
  if (typeof found === 'string') return { uri: found }
  if (!isObject(found)) return {}
  const [uri, base] = [found['uri'], found['uriBaseId']]
  return {
    ...(typeof uri === 'string' && { uri }),
    ...(typeof base === 'string' && { base }),
  }
}

/** The part of a path that bases give: an absolute base is where the code begins, so no part. */
function basePath(run: Reader, id: string | undefined, depth: number): string {
  if (id === undefined || depth === 0) return ''
  const { uri = '', base } = baseOf(run, id)
  if (isAbsolute(uri) || /^[a-z][a-z0-9+.-]+:/i.test(uri)) return ''
  const slash = uri === '' || uri.endsWith('/') ? '' : '/'
  return `${basePath(run, base, depth - 1)}${uri}${slash}`
}

/** The absolute base folders, longest first. */
function absoluteBases(run: Reader): string[] {
  const bases = run.raw('originalUriBaseIds')
  if (!isObject(bases)) return []
  return Object.keys(bases)
    .flatMap((id) => {
      const { uri } = baseOf(run, id)
      return uri !== undefined && isAbsolute(uri) ? [pathOf(uri).replace(/(?<!\/)\/*$/, '/')] : []
    })
    .filter((path) => path !== '/')
    .slice(0, basesMax)
    .sort((one, other) => other.length - one.length)
}

/** A path without the base folder it lies in. */
function beneath(path: string, roots: readonly string[]): string {
  const root = roots.find((one) => path.length > one.length && path.startsWith(one))
  return root === undefined ? path : path.slice(root.length)
}
