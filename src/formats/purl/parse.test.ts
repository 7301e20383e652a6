import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { buildPurl, canonicalPurl, parsePurl, readPurl } from './parse.ts'
import { formatPurl } from './purl.ts'
import { isPurlType, purlTypes } from './rule.ts'

const refused: readonly (readonly [text: string, at: string])[] = [
  ['', '/scheme'],
  ['pkg', '/scheme'],
  ['npm/left-pad@1.3.0', '/scheme'],
  ['pkg%3Anpm/left-pad', '/scheme'],
  ['pkg:', '/type'],
  ['pkg:npm', '/type'],
  ['pkg:left-pad@1.3.0', '/type'],
  ['pkg:1npm/left-pad', '/type'],
  ['pkg:n_pm/left-pad', '/type'],
  ['pkg:npm/left pad', ''],
  ['pkg:npm/left-pad\n', ''],
  ['pkg:npm/', '/name'],
  ['pkg:npm/@1.3.0', '/name'],
  ['pkg:npm/scope/@1.3.0', '/name'],
  ['pkg:npm/left-pad@%ff', ''],
  ['pkg:npm/left%2pad', ''],
  ['pkg:npm/a%2Fb/left-pad', ''],
  ['pkg:npm/left-pad#a%2Fb', ''],
  ['pkg:npm/left-pad?a%20b=c', '/qualifiers/a%20b'],
  ['pkg:npm/left-pad?=c', '/qualifiers/'],
  ['pkg:npm/left-pad?1a=c', '/qualifiers/1a'],
  ['pkg:npm/left-pad?a=1&a=2', '/qualifiers/a'],
  ['pkg:deb/debian/dash?ARCH=amd64', '/qualifiers/ARCH'],
  ['pkg:maven/io@1', '/namespace'],
  ['pkg:cargo/std/rand@1', '/namespace'],
  ['pkg:swid/Editor@2', '/qualifiers'],
  ['pkg:cpan/Some::Module', '/name'],
  ['pkg:cocoapods/.hidden', '/name'],
  ['pkg:chrome-extension/abcdefghijklmnopabcdefghijklmno', '/name'],
  ['pkg:chrome-extension/abcdefghijklmnopabcdefghijklmnop@1.x', '/version'],
]

test('a text that breaks the standard or its type is refused with the place of the fault', () => {
  for (const [text, at] of refused) {
    const found = parsePurl(text)
    assert.ok(!found.ok, text)
    assert.deepEqual({ code: found.refusal.code, at: found.refusal.at }, { code: 'malformed', at })
    assert.ok(found.refusal.why.length > 0)
  }
})

const canonical: readonly (readonly [text: string, canonical: string])[] = [
  ['PKG:NPM/Left-Pad@1.3.0', 'pkg:npm/Left-Pad@1.3.0'],
  ['  pkg:npm/left-pad@1.3.0\n', 'pkg:npm/left-pad@1.3.0'],
  ['pkg://npm//@acme///tool@1', 'pkg:npm/%40acme/tool@1'],
  ['pkg:npm/@acme/tool', 'pkg:npm/%40acme/tool'],
  ['pkg:npm/%40acme%2Ftool@1', 'pkg:npm/%40acme/tool@1'],
  ['pkg:golang/example.org%2Fa%2Fb@v1', 'pkg:golang/example.org/a/b@v1'],
  ['pkg:golang/example.org/a@v1+incompatible', 'pkg:golang/example.org/a@v1%2Bincompatible'],
  ['pkg:golang/stdlib@1.22', 'pkg:golang/stdlib@1.22'],
  ['pkg:golang/example.org/A!b@v1', 'pkg:golang/example.org/A%21b@v1'],
  ['pkg:pypi/Flask_Login.Extra@1.0B', 'pkg:pypi/flask-login.extra@1.0b'],
  ['pkg:pub/Path.Provider', 'pkg:pub/path_provider'],
  ['pkg:composer/Acme/Router', 'pkg:composer/acme/router'],
  ['pkg:cpan/rjbs/Moose', 'pkg:cpan/RJBS/Moose'],
  ['pkg:git/github.com/Acme/Tool@abc', 'pkg:git/github.com/acme/tool@abc'],
  ['pkg:git/git.example.org/Acme/Tool', 'pkg:git/git.example.org/Acme/Tool'],
  ['pkg:deb/debian/dash@1:0.5?Arch=amd64&&=&b=', 'pkg:deb/debian/dash@1:0.5?arch=amd64'],
  ['pkg:npm/a?b=1&B=2&c=x=y?z', 'pkg:npm/a?b=1&c=x%3Dy%3Fz'],
  ['pkg:npm/a@1#./x//../y/', 'pkg:npm/a@1#x/y'],
  ['pkg:npm/a@%zz', 'pkg:npm/a@%25zz'],
  ['pkg:npm/%E2%98%83@1.0 final', 'pkg:npm/%E2%98%83@1.0%20final'],
  ["pkg:generic/it's(so)*~", 'pkg:generic/it%27s%28so%29%2A~'],
  ['pkg:unheard-of/Some/Thing@1', 'pkg:unheard-of/Some/Thing@1'],
]

test('what tools write is put into the canonical form', () => {
  for (const [text, expected] of canonical) {
    assert.equal(canonicalPurl(text), expected, text)
    assert.equal(canonicalPurl(expected), expected)
  }
  for (const text of ['', 'left-pad', 'pkg:npm', 'pkg:npm/@1'])
    assert.equal(canonicalPurl(text), null)
})

test('a purl keeps all its parts, decoded, and leaves out what it has not', () => {
  const text = 'pkg:maven/org.example/core@2.0%20beta?classifier=sources&type=jar#src/main'
  assert.deepEqual(parsePurl(text), {
    ok: true,
    value: {
      type: 'maven',
      namespace: 'org.example',
      name: 'core',
      version: '2.0 beta',
      qualifiers: { classifier: 'sources', type: 'jar' },
      subpath: 'src/main',
    },
  })
  assert.deepEqual(parsePurl('pkg:gem/rake'), { ok: true, value: { type: 'gem', name: 'rake' } })
})

test('building refuses what parsing refuses', () => {
  assert.equal(buildPurl({}).ok, false)
  assert.equal(buildPurl({ type: 'npm' }).ok, false)
  assert.equal(buildPurl({ type: 'npm', name: 'a', qualifiers: { 'a b': '1' } }).ok, false)
  assert.equal(buildPurl({ type: 'gem', namespace: 'x', name: 'rake' }).ok, false)
  const built = buildPurl({ type: 'NPM', namespace: '@acme', name: 'a/b', version: '' })
  assert.ok(built.ok)
  assert.equal(formatPurl(built.value), 'pkg:npm/%40acme/a%2Fb')
})

test('registered types are known by name', () => {
  assert.ok(isPurlType('golang') && !isPurlType('go') && !isPurlType('NPM'))
  assert.deepEqual([...purlTypes], [...purlTypes].sort())
})

const component = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }),
  fc.string({ minLength: 1, maxLength: 12 }),
)

test('what is built is read back the same, whatever characters it is made of', () => {
  const parts = fc.record(
    {
      type: fc.constantFrom('hex', 'generic', 'conan', 'made-up'),
      namespace: component,
      name: component,
      version: component,
      qualifiers: fc.dictionary(fc.stringMatching(/^[a-z][a-z0-9._-]{0,8}$/), component),
      subpath: component,
    },
    { requiredKeys: ['type', 'name'] },
  )
  fc.assert(
    fc.property(parts, (given) => {
      const built = buildPurl(given)
      assert.equal(built.ok, /[^/]/.test(given.name))
      if (!built.ok) return
      const text = formatPurl(built.value)
      assert.match(text, /^[\w.~%:/@?=&#-]+$/)
      assert.deepEqual(parsePurl(text), built)
      assert.equal(canonicalPurl(text), text)
    }),
    { numRuns: 2000 },
  )
})

test('no text makes the reader throw, and its canonical form is a fixed point', () => {
  const piece = fc.constantFrom('pkg:', '/', '@', '?', '#', '=', '&', '%2F', '%', 'npm', 'a', ' ')
  const text = fc.oneof(
    fc.array(fc.oneof(piece, component), { maxLength: 14 }).map((all) => all.join('')),
    fc.constantFrom(...purlTypes).chain((type) => component.map((rest) => `pkg:${type}/${rest}`)),
  )
  fc.assert(
    fc.property(text, (given) => {
      const strict = parsePurl(given)
      const found = readPurl(given)
      if (strict.ok) assert.ok(found)
      if (!found) return
      const once = formatPurl(found)
      assert.equal(canonicalPurl(once), once)
    }),
    { numRuns: 5000 },
  )
})

test('an endless text is answered at once', () => {
  for (const unit of ['/', '%', '@', '&a=', '#', '?', 'a', '%2F', '%40/']) {
    const text = `pkg:npm/${unit.repeat(300_000)}`
    assert.equal(typeof parsePurl(text).ok, 'boolean')
    canonicalPurl(text)
  }
})
