import type { CasePage } from '#features/case/case-page.store.ts'
import type { CaseReport } from '#features/case/report-row.store.ts'
import { findingOf } from '#features/case/stored-report.ts'
import type { Marker } from '#features/label/watermark.ts'
import { handling } from '#features/label/watermark-words.ts'
import type { Component, Finding } from '#formats/finding/finding.ts'
import { isObject } from '#formats/json/reader.ts'

/** A case as it is handed out: everything that whoever asks may see of it. */
export type ExportedCase = {
  readonly page: CasePage
  /** The best evidenced first; at most as many as an export takes. */
  readonly reports: readonly CaseReport[]
  readonly by: { readonly person: string; readonly instance: string }
  readonly now: Date
  /** Makes the texts tell which export they come from. */
  readonly mark: Marker
}

export const exportKinds = ['mail', 'markdown', 'osv', 'csaf', 'zip'] as const
export type ExportKind = (typeof exportKinds)[number]

export const findingsIn = ({ reports }: ExportedCase): readonly Finding[] =>
  reports.map(({ finding }) => findingOf(finding))

const isComponent = (value: unknown): value is Component =>
  isObject(value) && typeof value['name'] === 'string'

/** What is affected, as the reports say: each component once. */
export function componentsIn(exported: ExportedCase): Component[] {
  const all = findingsIn(exported).flatMap(({ components }) => components ?? [])
  const known = new Map<string, Component>()
  for (const component of [...all, ...exported.page.components.filter(isComponent)]) {
    const key = `${component.ecosystem ?? ''}\n${component.name}\n${component.version ?? ''}`
    if (!known.has(key)) known.set(key, component)
  }
  return [...known.values()].slice(0, componentsMax)
}

const componentsMax = 200

/** The prose of the best evidenced report that has any. */
export const detailsOf = (exported: ExportedCase): string | undefined =>
  findingsIn(exported).find(({ details }) => details !== undefined)?.details

export const distinct = (texts: readonly string[], max = 100): string[] =>
  [...new Set(texts)].slice(0, max)

/** Web addresses that the reports refer to; others would act when somebody opens them. */
export const referencesIn = (exported: ExportedCase): string[] =>
  distinct(
    findingsIn(exported)
      .flatMap(({ references }) => references ?? [])
      .filter((address) => /^https?:\/\/[^\s<>"]{1,2000}$/.test(address)),
  )

/** A component as a person reads it: name, ecosystem and the versions that are affected. */
export function componentText({ name, ecosystem, version, ranges = [] }: Component): string {
  const spans = ranges.slice(0, 5).map(({ introduced = '0', fixed, lastAffected }) => {
    const end = fixed ? `before ${fixed}` : lastAffected ? `up to ${lastAffected}` : ''
    return [introduced === '0' ? '' : `from ${introduced}`, end].filter(Boolean).join(' ')
  })
  const versions = spans.filter(Boolean).join(', ') || (version ? `version ${version}` : '')
  return [name, ecosystem ? `(${ecosystem})` : '', versions].filter(Boolean).join(' ')
}

/**
 * Without what no screen shows and what turns the reading direction round; one line. Of a text of
 * which nothing is left the sign for that stands there: formats want names that are not empty.
 */
export function lineOf(text: string): string {
  const line = text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
  return line === '' && text !== '' ? '\ufffd' : line
}

/** Members of a draft that may have several lines. */
const proseMembers: ReadonlySet<string> = new Set(['details', 'text'])

/** A draft whose every text is one that a screen can show, whatever it was made of. */
export function draftOf(
  members: Readonly<Record<string, unknown>>,
  mark: Marker,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(members).map(([name, value]) => [lineOf(name), cleaned(value, name, mark)]),
  )
}

function cleaned(value: unknown, name: string, mark: Marker): unknown {
  if (typeof value === 'string') {
    return proseMembers.has(name) ? mark.prose(proseOf(value)) : lineOf(value)
  }
  if (Array.isArray(value)) return value.map((one) => cleaned(one, name, mark))
  return typeof value === 'object' && value !== null ? draftOf({ ...value }, mark) : value
}

/** How an export is to be handled, in Parley's own words. */
export const handlingOf = ({ mark }: ExportedCase): string =>
  handling.map((sentence) => mark.words(sentence)).join(' ')

/** As `lineOf`, but line ends and tabs stay. */
export const proseOf = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(/[^\P{Cc}\n\t]|[\p{Cf}\p{Zl}\p{Zp}]/gu, ' ')
