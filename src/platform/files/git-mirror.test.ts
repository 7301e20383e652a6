import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { openGitCommit } from './git-mirror.ts'

const folder = mkdtempSync(join(tmpdir(), 'parley-mirror-'))
after(() => rmSync(folder, { recursive: true }))
const git = (...words: readonly string[]): string =>
  execFileSync('git', ['-C', folder, '-c', 'user.name=a', '-c', 'user.email=a@b.example', ...words])
    .toString()
    .trim()
git('init', '-q')
mkdirSync(join(folder, 'src'))
writeFileSync(join(folder, 'src', 'a b.c'), 'int main(void) { return 0; }\n')
writeFileSync(join(folder, 'picture'), Buffer.from([0, 1, 2]))
git('add', '.')
git('commit', '-q', '-m', 'one')
const commit = git('rev-parse', 'HEAD')

describe('a commit that is not there, or no full id, is refused', () => {
  for (const wrong of ['HEAD', '--output=x', commit.slice(0, 12), `${commit}^`, '0'.repeat(40)]) {
    test(wrong, async () => assert.equal((await openGitCommit(folder, wrong)).ok, false))
  }
  test('a tree is no commit', async () => {
    const found = await openGitCommit(folder, git('rev-parse', 'HEAD^{tree}'))
    assert.ok(!found.ok)
    assert.match(found.refusal, /no commit/)
  })
  test('a folder without repository', async () => {
    assert.equal((await openGitCommit(join(folder, 'nowhere'), commit)).ok, false)
  })
})

test('files of a commit are listed and read, whatever the folder holds since', async () => {
  const found = await openGitCommit(folder, commit)
  assert.ok(found.ok)
  writeFileSync(join(folder, 'src', 'a b.c'), 'changed\n')
  assert.deepEqual(await found.value.paths(), ['picture', 'src/a b.c'])
  assert.equal(await found.value.read('src/a b.c'), 'int main(void) { return 0; }\n')
  assert.equal(await found.value.read('picture'), null)
  assert.equal(await found.value.read('../escape'), null)
})

test('a commit is written as an archive', async () => {
  const found = await openGitCommit(folder, commit)
  assert.ok(found.ok)
  const file = join(folder, 'out.tar')
  assert.deepEqual(await found.value.writeTar(file, new AbortController().signal), {
    ok: true,
    value: null,
  })
  assert.match(execFileSync('tar', ['-tf', file]).toString(), /src\/a b\.c/)
})
