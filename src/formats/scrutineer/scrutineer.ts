import { decodeDocuments, type Part, recogniseDocuments } from '#formats/advisory/documents.ts'
import { cweNumbers, distinct, publicIds } from '#formats/advisory/identifiers.ts'
import { oneLine, paragraphs, titleFrom } from '#formats/advisory/prose.ts'
import { parseComparators } from '#formats/advisory/ranges.ts'
import { severityOf } from '#formats/advisory/severity.ts'
import type { Decoder } from '#formats/finding/decoder.ts'
import type { Component, Finding, Location, Standing } from '#formats/finding/finding.ts'
import { present } from '#formats/finding/present.ts'
import { isArray, isObject, type JsonObject, type Reader } from '#formats/json/reader.ts'
import { repositoryComponent } from '#formats/sarif/repository.ts'

/** Reads what scrutineer exports: sharing bundles, rows of findings, and audit reports. */
export const scrutineerDecoder: Decoder = {
  name: 'scrutineer',
  title: 'scrutineer findings (bundle, JSON Lines, audit report)',
  source: 'alpha-omega-security/scrutineer: bundle and row export, JSON schemas of its audits',
  recognise: (material) => recogniseDocuments(material, judge),
  decode: (material) => decodeDocuments(material, decodeDocument),
}

/** Members of a finding that no other format known here has. */
const telling = ['quality_tier', 'reachability', 'boundary', 'validation', 'prior_art', 'vid']
/** Members that every exported row has. */
const rowMembers = ['scan_id', 'repository_id', 'fingerprint', 'finding_id', 'seen_count']

const count = (value: JsonObject, keys: readonly string[]): number =>
  keys.filter((key) => Object.hasOwn(value, key)).length

function judge(document: JsonObject): 0 | 1 | 2 | 3 {
  const { findings, repository, tool, commit, title } = document
  if (!isArray(findings)) {
    return count(document, rowMembers) >= 4 && typeof title === 'string' ? 3 : 0
  }
  if (findings.some((one) => isObject(one) && count(one, telling) > 1)) return 3
  if (typeof repository !== 'string') return 0
  if (tool === 'scrutineer') return 3
  return typeof commit === 'string' && typeof tool === 'string' ? 2 : 1
}

/** What a document says of all its findings. */
type Origin = {
  readonly repository: string | undefined
  readonly commit: string | undefined
  readonly tool: string
  readonly isRow: boolean
}

function decodeDocument(document: Reader): Part {
  const isRow = !document.has('findings')
  const origin: Origin = {
    repository: document.text('repository'),
    commit: document.text('commit'),
    tool: document.text('tool') ?? 'scrutineer',
    isRow,
  }
  const found = isRow ? [document] : document.objects('findings')
  return { findings: found.map((one) => findingOf(one, origin)) }
}

function findingOf(found: Reader, origin: Origin): Finding {
  const body = found.text('description') ?? found.text('trace')
  const title = found.text('title')
  if (title === undefined) {
    found.problem({ code: 'missing-field', why: 'a finding without title', key: 'title' })
  }
  return present<Finding>({
    at: { pointer: found.pointer },
    title: (title && oneLine(title)) ?? titleFrom(body) ?? 'Finding without title',
    details: paragraphs([body, ...sectionsOf(found)]),
    tool: { name: origin.tool },
    nativeId: found.textish('id') ?? found.textish('finding_id'),
    severity: severityOf(found.text('severity')),
    cvss: distinct([found.text('cvss_vector'), found.text('cvss_v4_vector')]),
    score: found.numberish('cvss_score') || undefined,
    cwe: cweNumbers(found.textOrTexts('cwe').flatMap((text) => text.split(','))),
    aliases: publicIds([found.text('cve_id'), found.text('ghsa_id')]),
    components: componentsOf(found, origin),
    locations: locationsOf(found),
    proofs: distinct([found.text('validation')]).map((text) => ({ language: 'markdown', text })),
    references: referencesOf(found, origin),
    fix: paragraphs([found.text('patch'), found.text('mitigation')]),
    fixCommits: distinct([fixCommitOf(found, origin)]),
    fingerprints: fingerprintsOf(found),
    standing: standingOf(found),
    exploited: found.text('exploited_in_wild')?.toLowerCase() === 'yes' ? true : undefined,
    original: found.value,
  })
}

/** The steps of the audit that are prose about the flaw itself, under their names. */
const sections: readonly (readonly [key: string, name: string])[] = [
  ['boundary', 'Boundary'],
  ['reach', 'Reach'],
  ['prior_art', 'Prior art'],
  ['rating', 'Rating'],
]

const sectionsOf = (found: Reader): string[] =>
  sections.flatMap(([key, name]) => {
    const text = found.text(key)
    return text === undefined ? [] : [`## ${name}\n\n${text}`]
  })

/** In a bundle `fix_commit` is the commit that the patch applies to, which fixes nothing. */
const fixCommitOf = (found: Reader, { isRow }: Origin): string | undefined =>
  found.text('upstream_fix_commit') ?? (isRow ? found.text('fix_commit') : undefined)

function componentsOf(found: Reader, { repository, commit }: Origin): Component[] {
  if (repository === undefined) return []
  const affected = found.text('affected')
  const read = affected === undefined ? null : parseComparators(affected)
  const fixed = found.text('fix_version')
  const ranges = read?.ranges ?? (fixed === undefined ? [] : [{ fixed }])
  const versions = read?.versions ?? []
  const component = repositoryComponent(repository, found.text('commit') ?? commit)
  return [present<Component>({ ...component, ranges, versions })]
}

/** `file:line`, `file:line:column`, `file:first-last` or `file`, beneath the finding's sub-path. */
function locationsOf(found: Reader): Location[] {
  const given = [...found.textOrTexts('location'), ...found.textOrTexts('locations')]
  const base = found.text('sub_path')?.replace(/(?<!\/)\/+$/, '')
  const lines = distinct(given.flatMap((text) => text.split('\n')))
  return lines.map((written, index) => {
    const snippet = index === 0 ? found.text('snippet') : undefined
    const { file, line, endLine } = placeOf(written)
    const isBelow = base === undefined || base === '.' || file.startsWith(`${base}/`)
    return present<Location>({ file: isBelow ? file : `${base}/${file}`, line, endLine, snippet })
  })
}

type Place = { file: string; line?: number; endLine?: number }

function placeOf(written: string): Place {
  const text = written.trim().replaceAll('\\', '/')
  const [, file, line, endLine] = /^(.+?):(\d{1,9})(?:-(\d{1,9}))?(?::\d+)?$/.exec(text) ?? []
  if (file === undefined) return { file: text }
  return { file, line: Number(line), ...(endLine !== undefined && { endLine: Number(endLine) }) }
}

function referencesOf(found: Reader, { repository }: Origin): string[] {
  const given = isArray(found.raw('references')) ? found.objects('references') : []
  return distinct([...given.map((one) => one.text('url')), repository])
}

function fingerprintsOf(found: Reader): Record<string, string> | undefined {
  const [vid, fingerprint] = [found.text('vid'), found.text('fingerprint')]
  if (vid === undefined && fingerprint === undefined) return undefined
  return {
    ...(vid !== undefined && { vid }),
    ...(fingerprint !== undefined && { fingerprint }),
  }
}

const standings: Readonly<Record<string, Standing['is']>> = {
  ...{ rejected: 'false-positive', fixed: 'fixed', wontfix: 'accepted' },
}

/** The state that a row's analyst left it in; bundles carry none. */
function standingOf(found: Reader): Standing | undefined {
  for (const key of ['status', 'resolution']) {
    const state = found.text(key) ?? ''
    const is = Object.hasOwn(standings, state) ? standings[state] : undefined
    if (is !== undefined) return { is, why: `${key} ${state}` }
  }
  return undefined
}
