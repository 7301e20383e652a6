import type { Component, VersionRange } from '#formats/finding/finding.ts'
import { present } from '#formats/finding/present.ts'
import { readPurl } from '#formats/purl/parse.ts'
import { formatPurl } from '#formats/purl/purl.ts'
import { pattern } from '#formats/text/pattern.ts'
import { type Field, fieldOf } from './fields.ts'
import { blobOf } from './files.ts'
import { plainTitle } from './outline.ts'
import { versionsIn } from './versions.ts'

const raw = String.raw

const nameKeys = [
  ...['package', 'package name', 'affected package', 'product', 'affected product', 'component'],
  ...['affected component', 'library', 'module', 'project', 'software', 'product name', 'plugin'],
  ...['affected software', 'project name', 'repository', 'repo', 'affected repository', 'gem'],
  ...['crate', 'npm package', 'application'],
]
const vendorKeys = ['vendor', 'supplier', 'manufacturer', 'maintainer', 'developer']
const ecosystemKeys = ['ecosystem', 'package ecosystem', 'registry', 'package manager', 'platform']
const versionKeys = new Set([
  ...['version', 'versions', 'affected version', 'affected versions', 'vulnerable version'],
  ...['vulnerable versions', 'versions affected', 'tested version', 'tested versions', 'tested on'],
  ...['version tested', 'version affected', 'vulnerable', 'affected', 'affects'],
])
const fixedKeys = new Set([
  ...['fixed version', 'fixed versions', 'patched version', 'patched versions', 'fixed in'],
  ...['patched in', 'fix version', 'version fixed', 'solution version', 'patched'],
])

const purlForm = /\bpkg:[a-z][a-z0-9.+-]{1,20}\/[^\s"'`<>()[\]{}|,]{1,400}/gi
const nameLengthMax = 200

/** Package URLs of a text in canonical form, each once; what only looks like one is left out. */
export function purlsIn(text: string): string[] {
  const found = (text.match(purlForm) ?? []).flatMap((raw) => {
    const purl = readPurl(raw.replace(/[.;:]+$/, ''))
    return purl === null ? [] : [formatPurl(purl)]
  })
  return [...new Set(found)]
}

/** What a report says is affected, with its versions: by label, purl, link or the phrase itself. */
export function componentsOf(fields: readonly Field[], prose: string): Component[] {
  const said = versionsIn(prose)
  const labelled = labelledVersions(fields)
  const ranges = labelled.ranges.length > 0 ? labelled.ranges : said.ranges
  const versions = labelled.exact.length > 0 ? labelled.exact : said.exact
  const purls = purlsIn(prose)
  const [only] = purls
  const name = labelledName(fields) ?? (purls.length === 1 && only ? nameOfPurl(only) : undefined)
  const found = name ?? said.name ?? repositoryIn(prose)
  if (found !== undefined) {
    const component = present<Component>({
      name: found,
      vendor: fieldOf(fields, vendorKeys)?.slice(0, nameLengthMax),
      ecosystem: fieldOf(fields, ecosystemKeys)?.slice(0, 60),
      purl: purls.length === 1 ? only : undefined,
      ranges,
      versions,
    })
    return purls.length > 1 ? [component, ...others(purls, found)] : [component]
  }
  return others(purls, '')
}

const others = (purls: readonly string[], name: string): Component[] =>
  purls.map((purl) => ({ name: nameOfPurl(purl), purl })).filter((one) => one.name !== name)

function nameOfPurl(text: string): string {
  const purl = readPurl(text)
  if (purl === null) return text
  return purl.namespace ? `${purl.namespace}/${purl.name}` : purl.name
}

/** A label's value as a name: the text of a link, without its version; no sentence. */
function labelledName(fields: readonly Field[]): string | undefined {
  const value = fieldOf(fields, nameKeys)
  if (value === undefined) return undefined
  const purl = purlsIn(value)[0]
  if (purl !== undefined) return nameOfPurl(purl)
  const repository = pattern(
    raw`^https?://[\w.-]{3,80}/([\w.-]{1,80}/[\w.-]{1,100}?)(?:\.git)?/?$`,
  ).exec(value)?.[1]
  if (repository !== undefined) return repository
  const name = plainTitle(value)
    .replace(pattern(raw`\s*[([].{0,80}[)\]]$`), '')
    .replace(/\s+v?\d[\w.-]*$/, '')
    .trim()
  return name !== '' && name.length <= 80 && name.split(' ').length <= 6 && !/[.!?]$/.test(name)
    ? name
    : undefined
}

type Labelled = { readonly ranges: readonly VersionRange[]; readonly exact: readonly string[] }

const versionList = /v?\d{1,6}(?:\.(?:\d{1,8}|x)){1,4}(?:[-+_.]?[A-Za-z][\w.+-]{0,24})?/g

/** Versions by label; a bare list is exact, everything else reads as in prose. */
function labelledVersions(fields: readonly Field[]): Labelled {
  const ranges: VersionRange[] = []
  const exact: string[] = []
  const fixes: string[] = []
  for (const { key, value } of fields) {
    if (fixedKeys.has(key)) fixes.push(...(value.slice(0, 200).match(versionList) ?? []))
    if (!versionKeys.has(key)) continue
    const text = value.slice(0, 400)
    const compared = text.replace(/(^|[\s,(])<(?!=)\s?(?=v?\d)/g, '$1before ')
    const read = versionsIn(compared)
    ranges.push(...read.ranges)
    if (read.ranges.length === 0) exact.push(...(text.match(versionList) ?? []))
  }
  const [fix] = fixes
  if (fix === undefined) return { ranges, exact: [...new Set(exact.map(plain))] }
  const [range] = ranges
  const fixed = plain(fix)
  if (ranges.length === 1 && range && !range.fixed)
    return { ranges: [{ ...range, fixed }], exact: [] }
  return { ranges: ranges.length > 0 ? ranges : [{ fixed }], exact: [...new Set(exact.map(plain))] }
}

const plain = (version: string): string => version.replace(/^v(?=\d)/i, '')

/** The one repository into whose files all links of a text lead. */
function repositoryIn(prose: string): string | undefined {
  const names = new Set<string>()
  for (const address of prose.match(/https?:\/\/[^\s<>"'`)\]]{8,600}/g)?.slice(0, 200) ?? []) {
    const found = blobOf(address)
    if (found) names.add(found.repository)
  }
  const [name] = names
  return names.size === 1 ? name : undefined
}
