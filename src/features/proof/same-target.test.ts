import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Target } from '#formats/proof/bundle.ts'
import { otherTarget } from './same-target.ts'

const commit = 'a'.repeat(40)
const source = { kind: 'repository', url: 'https://git.example/app', commit } as const
const target = (purl: string | null): Target => ({ purl, source })

const cases: readonly (readonly [
  string,
  string | null,
  string | null,
  string | null,
  RegExp | null,
])[] = [
  ['another package', 'pkg:npm/a@1', 'pkg:npm/b@1', null, /the case is about pkg:npm\/b@1$/],
  ['another ecosystem', 'pkg:npm/a@1', 'pkg:pypi/a@1', null, /the case is about/],
  ['another version', 'pkg:npm/a@1', 'pkg:npm/a@2', null, /another version/],
  ['another commit', null, null, 'b'.repeat(40), /is for commit aaa/],
  ['the same', 'pkg:npm/a@1', 'pkg:npm/a@1', commit, null],
  ['no version in one', 'pkg:npm/a', 'pkg:npm/a@2', null, null],
  ['nothing said', null, 'pkg:npm/a@2', null, null],
]
for (const [name, own, named, at, why] of cases) {
  test(`a proof for a case: ${name}`, () => {
    const found = otherTarget(target(own), { purl: named, commit: at })
    if (why === null) assert.equal(found, null)
    else assert.match(found ?? '', why)
  })
}
