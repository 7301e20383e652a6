import {
  type Affected,
  compareRoughly,
  parseComparators,
  type RangeEvent,
  rangesOfEvents,
} from '#formats/advisory/ranges.ts'
import type { VersionRange } from '#formats/finding/finding.ts'
import type { Reader } from '#formats/json/reader.ts'

/** One entry of `affected[].versions[]` (CVE record format 5, schema of the CVE programme). */
export type Entry = {
  readonly status: string
  readonly version: string | undefined
  readonly before: string | undefined
  readonly through: string | undefined
  /** Whether an end is given that is none: `*` or `unspecified`. */
  readonly isOpen: boolean
  readonly changes: readonly { readonly at: string; readonly status: string }[]
  /** Whether the versions are commits. */
  readonly isGit: boolean
}

/** What people write where they have no version to give. */
const placeholder =
  /^(n\/?a|none|unspecified|unknown|various|multiple|all|all versions|any|next of .*|[-*?.])$/i

const isCommit = (text: string | undefined): boolean => /^[0-9a-f]{7,64}$/.test(text ?? '')

export function entriesOf(affected: Reader): Entry[] {
  return affected.objects('versions').map((entry) => {
    const version = given(entry.textish('version'))
    const before = given(entry.textish('lessThan'))
    const through = given(entry.textish('lessThanOrEqual'))
    const changes = entry.objects('changes').flatMap((change) => {
      const at = given(change.textish('at'))
      return at === undefined ? [] : [{ at, status: change.text('status') ?? '' }]
    })
    const isOpen = (entry.has('lessThan') || entry.has('lessThanOrEqual')) && !(before ?? through)
    const isGit = entry.raw('versionType') === 'git' && [version, before, through].some(isCommit)
    const status = entry.text('status') ?? 'affected'
    return { status, version, before, through, isOpen, changes, isGit }
  })
}

function given(text: string | undefined): string | undefined {
  const version = text?.trim()
  return version === undefined || version === '' || placeholder.test(version) ? undefined : version
}

/**
 * The affected versions of a product. Where the product is affected by default and only what is
 * not affected is listed, that is the complement of the list.
 */
export function affectedOf(entries: readonly Entry[], defaultStatus: string | undefined): Affected {
  const affected = entries.filter(({ status }) => status === 'affected')
  const unaffected = entries.filter(({ status }) => status === 'unaffected')
  const hasIntervals = affected.some(isInterval)
  if (defaultStatus === 'affected' && unaffected.length > 0 && !hasIntervals) {
    return { ranges: complementOf(unaffected), versions: [] }
  }
  const found = affected.map(statedBy)
  return {
    ranges: found.flatMap(({ ranges }) => ranges),
    versions: found.flatMap(({ versions }) => versions),
  }
}

const isInterval = ({ before, through, isOpen, changes }: Entry): boolean =>
  before !== undefined || through !== undefined || isOpen || changes.length > 0

/** What one affected entry says by itself. */
function statedBy(entry: Entry): Affected {
  const { version, before, through, changes } = entry
  if (!isInterval(entry)) {
    return version === undefined ? { ranges: [], versions: [] } : written(version)
  }
  const events: RangeEvent[] = []
  if (version !== undefined) events.push({ kind: 'introduced', version })
  let isAffected = true
  for (const { at, status } of changes) {
    const turns = status === 'affected'
    if (turns === isAffected) continue
    events.push({ kind: turns ? 'introduced' : 'fixed', version: at })
    isAffected = turns
  }
  if (isAffected && before !== undefined) events.push({ kind: 'fixed', version: before })
  else if (isAffected && through !== undefined) {
    events.push({ kind: 'lastAffected', version: through })
  }
  const ranges = version === undefined ? rangesWithoutStart(events) : rangesOfEvents(events)
  return { ranges, versions: [] }
}

/** The first end has no beginning: everything before it. */
function rangesWithoutStart(events: readonly RangeEvent[]): VersionRange[] {
  const [first, ...rest] = events
  if (first === undefined) return []
  return [{ [first.kind]: first.version }, ...(rest.length > 0 ? rangesOfEvents(rest) : [])]
}

const wordsBefore = /^(?:(?:all )?versions? )?(?:before|prior to|earlier than|below) v?(\d\S*)$/i
const wordsThrough = /^(?:versions? )?v?(\d\S*) (?:and|or) (?:earlier|prior|below|older|lower)\.?$/i

/** A version, or the interval that people write into its field: `< 1.2`, `before 1.2`. */
function written(version: string): Affected {
  const [, fixed] = wordsBefore.exec(version) ?? []
  if (fixed !== undefined) return { ranges: [{ fixed }], versions: [] }
  const [, lastAffected] = wordsThrough.exec(version) ?? []
  if (lastAffected !== undefined) return { ranges: [{ lastAffected }], versions: [] }
  const comparators = /^[<>=]/.test(version) ? parseComparators(version) : null
  return comparators ?? { ranges: [], versions: [version] }
}

type Interval = {
  readonly start: string
  /** The first affected version after it; undefined when there is none. */
  readonly next: string | undefined
  readonly isPoint: boolean
}

/**
 * The gaps between intervals that are not affected. An inclusive end opens the next gap at
 * itself, which is one version too much; `5.4.*` opens it at `5.5`. A single version without
 * an end is where the fix came, unless more fixes follow.
 */
function complementOf(unaffected: readonly Entry[]): VersionRange[] {
  const intervals = unaffected
    .flatMap(intervalOf)
    .toSorted((a, b) => compareRoughly(a.start, b.start))
  const ranges: VersionRange[] = []
  let cursor: string | undefined = '0'
  for (const [index, { start, next, isPoint }] of intervals.entries()) {
    const isLast = index === intervals.length - 1
    if (cursor === undefined || (isPoint && !isLast)) continue
    if (compareRoughly(cursor, start) < 0) ranges.push({ introduced: cursor, fixed: start })
    if (isPoint || next === undefined) cursor = undefined
    else if (compareRoughly(cursor, next) < 0) cursor = next
  }
  if (cursor !== undefined) ranges.push({ introduced: cursor })
  return ranges
}

function intervalOf(entry: Entry): Interval[] {
  const { version = '0', before, through, isGit } = entry
  if (isGit) return []
  return [{ start: version, next: before ?? afterAll(through), isPoint: !isInterval(entry) }]
}

/** `5.4.*` ends before `5.5`. */
function afterAll(through: string | undefined): string | undefined {
  const [, head, last] = /^((?:\d+\.)*)(\d+)\.\*$/.exec(through ?? '') ?? []
  return last === undefined ? through : `${head}${Number(last) + 1}`
}
