import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { isAbsolute, join, relative } from 'node:path'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { type Mirrors, openProof } from './bundle-opening.ts'
import { mirrorsIn, oneMirror } from './mirror-folder.ts'

const folder = mkdtempSync(join(tmpdir(), 'parley-opening-'))
after(() => rmSync(folder, { recursive: true }))
const mirrors = join(folder, 'mirrors')

/** A repository of one commit in the mirrors; answers the commit. */
function repository(place: string, text: string): string {
  const at = join(mirrors, place)
  mkdirSync(join(at, 'src'), { recursive: true })
  const git = (...words: readonly string[]): string =>
    execFileSync('git', ['-C', at, '-c', 'user.name=a', '-c', 'user.email=a@b.example', ...words])
      .toString()
      .trim()
  git('init', '-q')
  writeFileSync(join(at, 'src', 'reader.c'), text)
  git('add', '.')
  git('commit', '-q', '-m', 'one')
  return git('rev-parse', 'HEAD')
}

const commit = repository('git.example/team/reader', 'int read_chunk(void) { return 0; }\n')
const other = repository('git.example/private/keys.git', 'the keys\n')

let count = 0
function opened(source: { readonly url: string; readonly commit: string }, of: Mirrors) {
  count += 1
  const [bundle, scratch] = [join(folder, `bundle-${count}`), join(folder, `scratch-${count}`)]
  for (const one of [bundle, scratch]) mkdirSync(one)
  const proof = {
    ...{ parley: 'proof/1', title: 'An overflow', finder: { name: 'Heron' } },
    target: { kind: 'repository', ...source },
    environment: { kind: 'host', tools: {} },
    run: { kind: 'command', command: ['./reader'], input: { kind: 'none' } },
    oracle: { kind: 'signal', signal: 'SIGSEGV' },
    authorisation: { statement: 'It is ours.', by: 'Heron' },
  }
  writeFileSync(join(bundle, 'proof.json'), JSON.stringify(proof))
  return openProof(bundle, { scratch, mirrors: of, signal: new AbortController().signal })
}

const url = 'https://git.example/team/reader'

for (const [name, source] of [
  ['an address that no mirror has', { url: 'https://git.example/team/writer', commit }],
  ['a commit that the mirror does not have', { url, commit: '0'.repeat(40) }],
  ['a commit of another repository', { url, commit: other }],
] as const) {
  test(`${name} is refused, and may be elsewhere`, async () => {
    const found = await opened(source, mirrorsIn(mirrors))
    assert.ok(!found.ok, name)
    assert.equal(found.refusal.isTargetElsewhere, true, found.refusal.why)
    assert.match(`${found.refusal.why} ${found.refusal.hint}`, /is not here.*PARLEY_MIRRORS/)
  })
}

test('without mirrors nothing is fetched from elsewhere', async () => {
  for (const none of [mirrorsIn(null), oneMirror(null)]) {
    const found = await opened({ url, commit }, none)
    assert.ok(!found.ok)
    assert.match(found.refusal.why, /nothing is fetched from elsewhere/)
  }
})

for (const address of [url, `${url}.git`, `${url}/`]) {
  test(`the code of a commit is packed for a sandbox: ${address}`, async () => {
    const found = await opened({ url: address, commit }, mirrorsIn(mirrors))
    assert.ok(found.ok)
    await using proof = found.value
    assert.deepEqual(await proof.open.tree.paths(), ['src/reader.c'])
    assert.match((await proof.open.tree.read('src/reader.c')) ?? '', /read_chunk/)
    const listed = execFileSync('tar', ['-tf', proof.open.source]).toString()
    assert.match(listed, /src\/reader\.c/)
  })
}

test('a repository that is named by hand serves any address', async () => {
  const place = join(mirrors, 'git.example', 'team', 'reader')
  const found = await opened({ url: 'https://elsewhere.example/x', commit }, oneMirror(place))
  assert.ok(found.ok)
  await found.value[Symbol.asyncDispose]()
})

test('no address leads out of the mirrors, or to the mirrors themselves', () => {
  const part = fc.oneof(
    fc.constantFrom('..', '.', '', '%2e%2e', '%2f', '-c', '.git', 'a', 'a.git', '~', '\\', 'ü'),
    fc.string({ maxLength: 6 }),
  )
  const address = fc
    .tuple(part, fc.array(part, { maxLength: 5 }))
    .map(([host, parts]) => `https://${host}/${parts.join('/')}`)
  fc.assert(
    fc.property(address, (text) => {
      for (const place of mirrorsIn('/mirrors').of(text)) {
        const inside = relative('/mirrors', place)
        assert.ok(inside !== '' && !inside.startsWith('..') && !isAbsolute(inside), place)
        assert.ok(inside.split('/').length >= 2, place)
      }
    }),
  )
  assert.deepEqual(mirrorsIn('/mirrors').of('https://git.example:8443/a/b.git'), [
    ...['/mirrors/git.example+8443/a/b.git', '/mirrors/git.example+8443/a/b'],
  ])
  for (const wrong of ['http://a.example/b', 'https://a@b.example/c', 'file:///etc/b', 'x']) {
    assert.deepEqual(mirrorsIn('/mirrors').of(wrong), [])
  }
})
