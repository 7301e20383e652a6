import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compareVersions } from '#formats/version/compare.ts'
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
