import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { mend } from '#formats/json/mend.ts'
import { linesOf } from '#formats/json/outline.ts'
import { parseJson } from '#formats/json/parse.ts'
import { isWhole } from './records.ts'
import { sharedPath, skipWithout } from './shared.ts'

const fixtures = sharedPath('fixtures')
const skip = skipWithout(fixtures)
const charsMax = isWhole ? Number.POSITIVE_INFINITY : 300_000

/** Real JSON files, an even sample of them unless the corpora are to be read whole. */
function* files(): Generator<{ path: string; text: string }> {
  const folder = fixtures ?? ''
  const paths = globSync('**/*.{json,sarif}', { cwd: folder }).sort()
  for (const [index, path] of paths.entries()) {
    if (!isWhole && index % 7 !== 0) continue
    const text = readFileSync(join(folder, path), 'utf8').replace(/^\ufeff/, '')
    if (text.length <= charsMax) yield { path, text }
  }
}

function plainly(text: string): { value: unknown } | null {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return null
  }
}

test('real files read as JSON.parse reads them, in both readers', { skip }, (context) => {
  const totals = { files: 0, chars: 0, remarked: 0, refusedByJsonParse: 0 }
  for (const { path, text } of files()) {
    const { documents, problems } = parseJson(text)
    const expected = plainly(text)
    totals.files++
    totals.chars += text.length
    if (!expected) {
      totals.refusedByJsonParse++
      assert.ok(text.trim() === '' || documents.length > 1 || problems.length > 0, path)
      continue
    }
    if (problems.length > 0) totals.remarked++
    assert.equal(documents.length, 1, path)
    assert.deepEqual(documents[0]?.value, expected.value, path)
    assert.deepEqual(
      problems.filter(({ lost }) => lost),
      [],
      path,
    )
    assert.equal(documents[0]?.sliceOf(''), text.trim(), path)
    const from = text.search(/\S/)
    const strategy = { siblings: false, strays: 'some' } as const
    const slow = mend(from, { text, strategy, depthMax: 200, lineOf: linesOf(text) })
    if (typeof expected.value === 'object') assert.deepEqual(slow.value, expected.value, path)
  }
  context.diagnostic(JSON.stringify(totals))
  assert.ok(totals.files > 100)
})

test('real files cut anywhere keep what is complete', { skip }, () => {
  for (const { path, text } of files()) {
    if (text.length > 50_000 || !plainly(text)) continue
    for (const share of [0.1, 0.5, 0.9]) {
      const cut = text.slice(0, Math.floor(text.length * share)).trimEnd()
      if (!/^\s*[[{]/.test(cut) || plainly(cut)) continue
      const { documents, problems } = parseJson(cut)
      assert.equal(problems.at(-1)?.code, 'truncated', `${path} at ${share}`)
      assert.equal(typeof documents[0]?.value, 'object')
    }
  }
})
