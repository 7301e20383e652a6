import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { readBundle } from './bundle-reading.ts'
import { isTemplateKind, templateKinds, templateOf } from './template.ts'

const folder = mkdtempSync(join(tmpdir(), 'parley template '))
after(() => rmSync(folder, { recursive: true }))

for (const kind of templateKinds) {
  test(`what is written for ${kind} passes once its files are there, and not before`, async () => {
    const root = join(folder, kind)
    mkdirSync(root)
    const { text, files } = templateOf(kind)
    writeFileSync(join(root, 'proof.yaml'), text)
    const early = await readBundle(root)
    assert.ok(early.ok, JSON.stringify(early))
    assert.ok(early.value.verdict.problems.length > 0)
    for (const file of files) {
      mkdirSync(dirname(join(root, file)), { recursive: true })
      writeFileSync(join(root, file), file)
    }
    const read = await readBundle(root)
    assert.ok(read.ok)
    await using bundle = read.value
    assert.deepEqual(bundle.verdict.problems, [])
    assert.deepEqual(
      bundle.verdict.remarks.map(({ level }) => level),
      [null, 'E4', 'E4'],
    )
  })
}

test('no other kind is known', () => {
  assert.ok(!isTemplateKind('cobol'))
  assert.ok(!isTemplateKind('toString'))
})
