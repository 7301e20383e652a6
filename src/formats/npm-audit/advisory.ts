import { cweNumbers, distinct, publicIds } from '#formats/advisory/identifiers.ts'
import { oneLine, paragraphs, titleFrom } from '#formats/advisory/prose.ts'
import { isCvssVector, severityOf } from '#formats/advisory/severity.ts'
import type { Component, Finding, Location } from '#formats/finding/finding.ts'
import { present } from '#formats/finding/present.ts'
import { isArray, isObject, type JsonObject, Reader } from '#formats/json/reader.ts'
import { affectedOf } from '#formats/scanner/dependency.ts'
import { linksIn } from '#formats/scanner/links.ts'
import { slashed } from '#formats/scanner/place.ts'
import { saysNothing } from '#formats/scanner/record.ts'

const tool = { name: 'npm-audit' } as const

/** An advisory of report version 1, which pnpm and Yarn 1 still write. */
export function advisoryFinding(advisory: Reader): Finding | undefined {
  if (saysNothing(advisory, ['title', 'overview'])) return undefined
  const name = advisory.text('module_name') ?? advisory.text('name') ?? 'unnamed package'
  const url = advisory.text('url')
  const title = advisory.text('title') ?? titleFrom(advisory.text('overview'))
  const component = present<Component>({
    name,
    ecosystem: 'npm',
    version: advisory.objects('findings').map((one) => one.text('version'))[0],
    ...affectedOf([advisory.text('vulnerable_versions')]),
  })
  return present<Finding>({
    at: { pointer: advisory.pointer },
    title: oneLine(title ?? name),
    details: paragraphs([advisory.text('overview')]),
    tool,
    severity: severityOf(advisory.text('severity')),
    ...gradeOf(advisory.object('cvss')),
    cwe: weaknessesOf(advisory),
    aliases: publicIds([
      ...advisory.texts('cves'),
      advisory.text('github_advisory_id'),
      ghsaIn(url),
    ]),
    components: [component],
    references: distinct([url, ...linksIn(advisory.text('references'))]),
    fix: advisory.text('recommendation'),
    published: advisory.text('created'),
    original: advisory.value,
  })
}

/** Where a `via` stands: in the entry of its package. */
type Place = { readonly entry: Reader; readonly index: number }

/** An advisory of report version 2. */
export function viaFinding(value: JsonObject, { entry, index }: Place): Finding | undefined {
  const via = new Reader(value, `${entry.pointer}/via/${index}`, entry.problems)
  if (saysNothing(via, ['title', 'url', 'source'])) return undefined
  const name = via.text('dependency') ?? via.text('name') ?? entry.text('name')
  const url = via.text('url')
  return present<Finding>({
    at: { pointer: via.pointer },
    title: oneLine(via.text('title') ?? ghsaIn(url) ?? 'Unnamed advisory'),
    tool,
    severity: severityOf(via.text('severity')),
    ...gradeOf(via.object('cvss')),
    cwe: weaknessesOf(via),
    aliases: publicIds([ghsaIn(url)]),
    components: [
      present<Component>({
        name: name ?? 'unnamed package',
        ecosystem: 'npm',
        ...affectedOf([via.text('range')]),
      }),
    ],
    locations: entry
      .texts('nodes')
      .map((file): Location => ({ file: slashed(file), role: 'related' })),
    references: distinct([url]),
    fix: upgradeOf(entry),
    original: via.value,
  })
}

/** One line of Yarn 2 and later. */
export function listedFinding(entry: Reader): Finding | undefined {
  const told = entry.object('children')
  if (saysNothing(told, ['Issue', 'URL'])) return undefined
  const url = told.text('URL')
  return present<Finding>({
    at: { pointer: entry.pointer },
    title: oneLine(told.text('Issue') ?? ghsaIn(url) ?? 'Unnamed advisory'),
    tool,
    severity: severityOf(told.text('Severity')),
    aliases: publicIds([ghsaIn(url)]),
    components: [
      present<Component>({
        name: entry.text('value') ?? 'unnamed package',
        ecosystem: 'npm',
        version: told.texts('Tree Versions')[0],
        ...affectedOf([told.text('Vulnerable Versions')]),
      }),
    ],
    references: distinct([url]),
    original: entry.value,
  })
}

type Grade = Pick<Finding, 'cvss' | 'score'>

/** A score of 0 stands for one that nobody gave. */
function gradeOf(cvss: Reader): { [K in keyof Grade]: Grade[K] | undefined } {
  const vectors = distinct([cvss.text('vectorString')]).filter(isCvssVector)
  const score = cvss.number('score')
  const isGiven = vectors.length === 0 && score !== undefined && score > 0 && score <= 10
  return { cvss: vectors, score: isGiven ? score : undefined }
}

/** A list, or in pnpm's reports a text with commas. */
function weaknessesOf(advisory: Reader): number[] {
  const found = advisory.raw('cwe')
  if (typeof found === 'string') return cweNumbers(found.split(','))
  return isArray(found) ? cweNumbers(advisory.texts('cwe')) : []
}

const ghsaIn = (url: string | undefined): string | undefined =>
  /\bGHSA(?:-[0-9a-z]{4}){3}\b/i.exec(url ?? '')?.[0]

/** `fixAvailable` is true or false, or names the package and version that npm would install. */
function upgradeOf(entry: Reader): string | undefined {
  const fix = entry.raw('fixAvailable')
  if (!isObject(fix)) return undefined
  const [name, version] = [fix['name'], fix['version']]
  if (typeof name !== 'string' || typeof version !== 'string') return undefined
  const remark = fix['isSemVerMajor'] === true ? ' (a new major version)' : ''
  return `Upgrade ${name} to ${version}${remark}`
}
