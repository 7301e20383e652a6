/**
 * A package URL (ECMA-427, first edition): what names a package across ecosystems. The fields
 * are decoded and normalised for their type, so two purls of one package are equal field by field.
 */
export type Purl = {
  /** Lower case: `npm`, `pypi`, `golang`, ... */
  readonly type: string
  /** Scope, group, vendor or path before the name, segments joined by `/`. */
  readonly namespace?: string
  readonly name: string
  readonly version?: string
  /** By key, in order of the keys; never empty. */
  readonly qualifiers?: Readonly<Record<string, string>>
  /** Path inside the package, without leading or trailing slash. */
  readonly subpath?: string
}

/** The components of a purl as somebody gives them, before any rule is applied. */
export type PurlParts = { readonly [K in keyof Purl]?: Purl[K] | null | undefined }

const plain = /^[A-Za-z0-9._~:-]*$/

/** ECMA-427 clause 5.4: letters, digits, `.-_~` and the colon stay, every other byte is `%XX`. */
function encode(text: string): string {
  if (plain.test(text)) return text
  return encodeURIComponent(text.toWellFormed())
    .replaceAll('%3A', ':')
    .replace(/[!'()*]/g, (found) => `%${found.charCodeAt(0).toString(16).toUpperCase()}`)
}

const encodePath = (path: string): string => path.split('/').map(encode).join('/')

/** The canonical text of a purl (ECMA-427 clause 5). */
export function formatPurl(purl: Purl): string {
  const { type, namespace, name, version, qualifiers, subpath } = purl
  const path = namespace ? `${encodePath(namespace)}/` : ''
  // The name of a `git` purl is itself a path on its host.
  const last = type === 'git' ? encodePath(name) : encode(name)
  const at = version ? `@${encode(version)}` : ''
  const pairs = Object.entries(qualifiers ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${encode(value)}`)
  const query = pairs.length > 0 ? `?${pairs.join('&')}` : ''
  return `pkg:${type}/${path}${last}${at}${query}${subpath ? `#${encodePath(subpath)}` : ''}`
}
