import type { Refusal } from '#kernel/refusal.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { formatPurl, type Purl, type PurlParts } from './purl.ts'
import { isPathType, normalName, normalNamespace, type PurlRule, ruleOf } from './rule.ts'

/**
 * Reads a purl as ECMA-427 and the definition of its type demand it. What may be normalised
 * (case, slashes, empty values) is normalised, anything else is refused with the component at
 * fault in `at`: a qualifier key of the type in upper case, a namespace where the type has none.
 * Inventories in the wild are less careful; read theirs with `readPurl`.
 */
export function parsePurl(text: string): Result<Purl> {
  if (/[\s\u0000-\u001f\u007f]/.test(text)) return refuse('a purl has no white space', '')
  const parts = split(text)
  return parts.ok ? normalise(parts.value, 'strict') : parts
}

/**
 * Reads a purl as tools in the wild write it: as long as scheme, type and name are there, the
 * rest is put right or kept as it is. Null where even those are missing.
 */
export function readPurl(text: string): Purl | null {
  const parts = split(text.trim())
  if (!parts.ok) return null
  const found = normalise(unfold(parts.value), 'lenient')
  return found.ok ? found.value : null
}

/** The canonical text of a purl, however it was written; null for a text that is none. */
export function canonicalPurl(text: string): string | null {
  const found = readPurl(text)
  return found && formatPurl(found)
}

/** Makes a purl of its components, with every rule of the standard and of its type applied. */
export function buildPurl(parts: PurlParts): Result<Purl> {
  const { qualifiers, ...rest } = parts
  const pairs = Object.entries(qualifiers ?? {})
  return normalise({ ...rest, qualifiers: pairs }, 'strict')
}

/** Takes a namespace back out of a name that holds it with an escaped slash, `%40scope%2Fname`. */
function unfold(parts: RawParts): RawParts {
  const { type, namespace } = parts
  const name = trimSlashes(parts.name ?? '')
  const cut = name.lastIndexOf('/')
  if (namespace || cut < 0 || !isPathType((type ?? '').toLowerCase())) return parts
  return { ...parts, namespace: name.slice(0, cut), name: name.slice(cut + 1) }
}

/** How much is forgiven: a strict reading refuses what a lenient one puts right. */
type Reading = 'strict' | 'lenient'

/** Decoded components; the pairs of the qualifiers as often and in the order they stood. */
type RawParts = Omit<PurlParts, 'qualifiers'> & {
  readonly qualifiers: readonly (readonly [string, string])[]
  /** Whether an escape was no UTF-8 or a decoded segment held a slash. */
  readonly broken?: string | undefined
}

const refuse = (why: string, at: string): Result<never> =>
  no<Refusal>({ code: 'malformed', why, at })

/** Cuts the text at its separators: from the right for the tail, as ECMA-427 annex C tells. */
function split(text: string): Result<RawParts> {
  const hash = text.lastIndexOf('#')
  const body = hash < 0 ? text : text.slice(0, hash)
  // A question mark is escaped wherever it is no separator, so the first one is the separator.
  const query = body.indexOf('?')
  const path = query < 0 ? body : body.slice(0, query)
  const scheme = /^pkg:\/*/i.exec(path)?.[0]
  if (scheme === undefined) return refuse('a purl starts with pkg:', '/scheme')
  const slash = path.indexOf('/', scheme.length)
  if (slash < 0) return refuse('a purl has a type, a slash and a name', '/type')
  const type = path.slice(scheme.length, slash)
  const { names, version } = cutVersion(path.slice(slash + 1))
  const reader = new Unescape()
  const segments = names.split('/').filter((segment) => segment !== '')
  const name = names.endsWith('/') && version !== undefined ? '' : (segments.pop() ?? '')
  // The name of a `git` purl is all of the path after the host.
  const repository = type.toLowerCase() === 'git' ? [...segments.splice(1), name] : [name]
  return yes({
    type,
    namespace: segments.map((segment) => reader.segment(segment)).join('/'),
    name: repository.map((segment) => reader.text(segment)).join('/'),
    version: version === undefined ? undefined : reader.text(version),
    qualifiers: query < 0 ? [] : splitQualifiers(body.slice(query + 1), reader),
    subpath: hash < 0 ? undefined : splitSubpath(text.slice(hash + 1), reader),
    broken: reader.broken,
  })
}

/**
 * Cuts at the last `@`, unless it opens a segment that is followed by others: then it is the mark
 * of an npm scope that somebody forgot to escape.
 */
function cutVersion(path: string): { names: string; version?: string } {
  const at = path.lastIndexOf('@')
  if (at < 0) return { names: path }
  const opens = at === 0 || path[at - 1] === '/'
  if (opens && path.indexOf('/', at) > 0) return { names: path }
  return { names: path.slice(0, at), version: path.slice(at + 1) }
}

function splitQualifiers(query: string, reader: Unescape): [string, string][] {
  return query.split('&').flatMap((pair): [string, string][] => {
    if (pair === '') return []
    const equals = pair.indexOf('=')
    const key = equals < 0 ? pair : pair.slice(0, equals)
    return [[key, equals < 0 ? '' : reader.text(pair.slice(equals + 1))]]
  })
}

const isStep = (segment: string): boolean => !['', '.', '..'].includes(segment)

const splitSubpath = (subpath: string, reader: Unescape): string =>
  subpath
    .split('/')
    .map((segment) => reader.segment(segment))
    .filter(isStep)
    .join('/')

/** Undoes percent-encoding; an escape that means nothing stays as written and is remembered. */
class Unescape {
  broken: string | undefined

  text(text: string): string {
    if (!text.includes('%')) return text
    try {
      return decodeURIComponent(text)
    } catch {
      this.broken = 'percent-encoding that is not UTF-8'
      return text
    }
  }

  /** A segment of a path: a slash that hides in one stays escaped. */
  segment(text: string): string {
    const found = this.text(text)
    if (!found.includes('/')) return found
    this.broken = 'a segment of a path that holds a slash'
    return text
  }
}

const typeForm = /^[a-z][a-z0-9.-]*$/
const keyForm = /^[a-z][a-z0-9._-]*$/

/** A path without empty segments, so without slashes before, behind or doubled within. */
const trimSlashes = (text: string): string =>
  text.includes('/')
    ? text
        .split('/')
        .filter((segment) => segment !== '')
        .join('/')
    : text

function normalise(parts: RawParts, reading: Reading): Result<Purl> {
  const type = (parts.type ?? '').toLowerCase()
  if (!typeForm.test(type)) return refuse('a type is letters, digits, dot and dash', '/type')
  const rule = ruleOf(type)
  const fold = (part: 'namespace' | 'name' | 'version' | 'subpath', text: string): string =>
    rule.folds?.includes(part) ? text.toLowerCase() : text
  const namespace = normalNamespace(type, fold('namespace', trimSlashes(parts.namespace ?? '')))
  const qualifiers = readQualifiers(parts.qualifiers, rule, reading)
  if (!qualifiers.ok) return qualifiers
  const around = { namespace, repository: qualifiers.value['repository_url'] }
  const name = normalName(type, fold('name', trimSlashes(parts.name ?? '')), around)
  if (name === '') return refuse('a purl has a name', '/name')
  const version = fold('version', parts.version ?? '')
  const subpath = fold('subpath', (parts.subpath ?? '').split('/').filter(isStep).join('/'))
  const found: Purl = {
    type,
    ...(namespace && { namespace }),
    name,
    ...(version && { version }),
    ...(Object.keys(qualifiers.value).length > 0 && { qualifiers: qualifiers.value }),
    ...(subpath && { subpath }),
  }
  if (reading === 'lenient') return yes(found)
  if (parts.broken) return refuse(parts.broken, '')
  return check(found, rule)
}

function readQualifiers(
  pairs: RawParts['qualifiers'],
  rule: PurlRule,
  reading: Reading,
): Result<Record<string, string>> {
  const found = new Map<string, string>()
  for (const [written, value] of pairs) {
    const key = written.toLowerCase()
    const at = `/qualifiers/${written.slice(0, 80)}`
    // The standard wants every key in lower case; its tests forgive it where the key is not one
    // that the type itself defines.
    const wrong = key !== written && rule.keys?.includes(key)
    if (!keyForm.test(key) || (wrong && reading === 'strict')) {
      if (reading === 'strict') return refuse('a key is a lower-case name', at)
      continue
    }
    if (value === '') continue
    if (found.has(key)) {
      if (reading === 'strict') return refuse('a key stands once', at)
      continue
    }
    found.set(key, value)
  }
  return yes(Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1))))
}

/** What the definition of the type demands of a purl that is otherwise well formed. */
function check(purl: Purl, rule: PurlRule): Result<Purl> {
  const { type, name, namespace, version, qualifiers } = purl
  if (rule.namespace === 'required' && namespace === undefined)
    return refuse(`the type ${type} has a namespace`, '/namespace')
  if (rule.namespace === 'prohibited' && namespace !== undefined)
    return refuse(`the type ${type} has no namespace`, '/namespace')
  if (rule.name && !rule.name.test(name)) return refuse(`not a name of type ${type}`, '/name')
  if (rule.version && version !== undefined && !rule.version.test(version))
    return refuse(`not a version of type ${type}`, '/version')
  const missing = rule.needs?.find((key) => qualifiers?.[key] === undefined)
  if (missing) return refuse(`the type ${type} needs the qualifier ${missing}`, '/qualifiers')
  return yes(purl)
}
