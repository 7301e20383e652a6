import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { formatsPage } from '../../tools/formats-page.ts'
import { root } from '../root.ts'

test('docs/formats.md is what tools/formats.ts writes', () => {
  assert.equal(readFileSync(join(root, 'docs', 'formats.md'), 'utf8'), formatsPage())
})
