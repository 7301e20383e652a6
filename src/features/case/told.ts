import { exploitAmong } from '#features/priority/exploit-signs.ts'
import type { RankInput } from '#features/priority/rank-input.ts'
import type { Component, Finding } from '#formats/finding/finding.ts'
import { isObject } from '#formats/json/reader.ts'

/** Who is credited for a case, with how many reports and since when (ISO 8601). */
export type Credit = { readonly name: string; readonly reports: number; readonly firstAt: string }

/** What is kept of a case beside its columns: enough for its page without reading its reports. */
export type Told = {
  /** SSVC deployer outcome. */
  readonly decision: string
  readonly isExploited: boolean
  readonly isPublic: boolean
  /** What its rank was worked out from; without what its columns hold. */
  readonly input: Omit<RankInput, 'id' | 'title' | 'aliases'>
  readonly cwe: readonly number[]
  readonly components: readonly Component[]
  readonly credits: readonly Credit[]
  /** Public identifiers whose fix did not hold, as reports say. */
  readonly regressions: readonly { readonly with: string; readonly because: string }[]
  /** The finders' record as it was when the case was last ranked, in tenths. */
  readonly record: number
  /** Of a case with more reports than are looked at: what the others add. */
  readonly rest?: Finding
}

const isTold = (value: unknown): value is Told =>
  isObject(value) && isObject(value['input']) && Array.isArray(value['credits'])

/** The `told` column; the product alone writes it, so another shape is a defect. */
export function toldOf(value: unknown): Told {
  if (isTold(value)) return value
  throw new TypeError('a case tells nothing of itself')
}

/** The input without prose and copies: of the references only one that shows an exploit matters. */
export function keptInput(input: RankInput): Told['input'] {
  const { id: _id, title: _title, aliases: _aliases, references = [], facts, ...rest } = input
  const exploit = exploitAmong(references)
  return {
    ...rest,
    ...(exploit !== undefined && { references: [exploit] }),
    ...(facts && { facts: { ...facts, fixedVersions: facts.fixedVersions.slice(0, 40) } }),
  }
}

const partsMax = 20

/** A component with as many versions as a person reads; the reports hold them all. */
export function keptComponent(component: Component): Component {
  const { ranges, versions, cpes, ...rest } = component
  return {
    ...rest,
    ...(ranges && { ranges: ranges.slice(0, partsMax) }),
    ...(versions && { versions: versions.slice(0, partsMax) }),
    ...(cpes && { cpes: cpes.slice(0, partsMax) }),
  }
}
