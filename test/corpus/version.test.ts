import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type RangeEvent, rangesOfEvents } from '#formats/advisory/ranges.ts'
import type { VersionRange } from '#formats/finding/finding.ts'
import { Reader } from '#formats/json/reader.ts'
import { isAffected } from '#formats/version/affected.ts'
import { compareVersions } from '#formats/version/compare.ts'
import { schemeOf } from '#formats/version/scheme.ts'
import { rowsOf } from './records.ts'
import { sharedPath, skipWithout } from './shared.ts'
import { orderFolder, orderLines } from './version-lines.ts'

const folder = sharedPath(...orderFolder)

test('every order line of every ecosystem holds in both directions', {
  skip: skipWithout(folder),
}, () => {
  if (!folder) return
  const failed: string[] = []
  const counts: Record<string, number> = {}
  for (const [scheme, lines] of orderLines(folder)) {
    counts[scheme] = lines.length
    for (const { file, line, a, b, sign } of lines) {
      const [there, back] = [compareVersions(scheme, a, b), compareVersions(scheme, b, a)]
      if (there !== sign || back !== (sign === 0 ? 0 : -sign))
        failed.push(`${file}:${line}: ${a} to ${b} is ${there}, back ${back}, not ${sign}`)
    }
  }
  assert.deepEqual(failed, [], failed.slice(0, 50).join('\n'))
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0)
  assert.deepEqual({ schemes: Object.keys(counts).length, total }, { schemes: 12, total: 71_818 })
  console.log(`order lines ${total}`, counts)
})

/** Records that list pre-releases or backports outside of the intervals they give themselves. */
const crooked = new Set(['PYSEC-2023-61', 'PYSEC-2023-177'])

/** The intervals of one range of packages; ranges over commits have none. */
function intervalsOf(range: Reader): VersionRange[] {
  if (range.text('type') === 'GIT') return []
  const events = range.objects('events').flatMap((event): RangeEvent[] => {
    const [fixed, last] = [event.text('fixed'), event.text('last_affected')]
    if (fixed !== undefined) return [{ kind: 'fixed', version: fixed }]
    if (last !== undefined) return [{ kind: 'lastAffected', version: last }]
    return [{ kind: 'introduced', version: event.text('introduced') ?? '' }]
  })
  return rangesOfEvents(events)
}

const corpus = sharedPath('corpora', 'osv.jsonl.gz')

test('the versions that OSV records list are those that their intervals hold', {
  skip: skipWithout(corpus),
}, () => {
  if (!corpus) return
  const counts = { inside: 0, outside: 0, unknown: 0 }
  const wrong = new Set<string>()
  for (const { value } of rowsOf(corpus, 8)) {
    const record = new Reader(value)
    for (const entry of record.objects('affected')) {
      const ranges = entry.objects('ranges').flatMap(intervalsOf)
      if (ranges.length === 0) continue
      const scheme = schemeOf(entry.object('package').text('ecosystem') ?? '')
      for (const version of entry.texts('versions')) {
        const inside = isAffected({ ranges }, version, scheme)
        counts[inside === null ? 'unknown' : inside ? 'inside' : 'outside']++
        if (inside === false) wrong.add(record.text('id') ?? '')
      }
    }
  }
  assert.deepEqual(
    [...wrong].filter((id) => !crooked.has(id)),
    [],
  )
  assert.ok(counts.inside > 40_000)
  assert.ok(counts.unknown < counts.inside / 200)
  console.log('listed versions of OSV against intervals', counts)
})
