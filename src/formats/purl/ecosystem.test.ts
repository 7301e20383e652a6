import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ecosystemNamed, ecosystemOf, ecosystems, parseEcosystem, purlTypeOf } from './ecosystem.ts'
import { normalPackageName, packageNameOf, packageOf, purlOf } from './package-name.ts'
import { readPurl } from './parse.ts'
import { formatPurl } from './purl.ts'
import { isPurlType } from './rule.ts'

test('a name that means no ecosystem, or several, is not guessed at', () => {
  for (const text of ['', ':', 'deb', 'rpm', 'apk', 'GIT', 'Hardware', 'constructor', '__proto__'])
    assert.equal(parseEcosystem(text), null, text)
})

const spellings: readonly (readonly [canonical: string, ...spellings: string[]])[] = [
  ['PyPI', 'pypi', 'PYPI', 'pip', 'python', 'Python-Pkg', ' PyPI '],
  ['Packagist', 'packagist', 'composer', 'php'],
  ['crates.io', 'cargo', 'Crates.io', 'rust', 'rust-crate'],
  ['Go', 'go', 'golang', 'gomod', 'Go Module', 'go_modules'],
  ['RubyGems', 'rubygems', 'gem', 'Ruby Gems', 'bundler'],
  ['npm', 'NPM', 'npmjs', 'node-pkg', 'yarn'],
  ['Maven', 'maven', 'java-archive', 'gradle'],
  ['NuGet', 'nuget', '.NET', 'dotnet'],
  ['Hex', 'erlang', 'Elixir'],
  ['GitHub Actions', 'actions', 'github_actions', 'GitHubActions'],
  ['Red Hat', 'redhat', 'RHEL', 'red-hat'],
  ['Debian', 'debian', 'Debian:12', 'debian:bookworm'],
  ['SwiftURL', 'swift', 'swifturl'],
]

test('every spelling gives the canonical name', () => {
  for (const [canonical, ...others] of spellings)
    for (const text of [canonical, ...others]) assert.equal(ecosystemNamed(text), canonical, text)
  for (const name of ecosystems) {
    assert.equal(ecosystemNamed(name), name)
    assert.equal(ecosystemNamed(name.toUpperCase()), name)
  }
})

test('the release of a distribution is kept apart', () => {
  assert.deepEqual(parseEcosystem('Debian:12'), { name: 'Debian', release: '12' })
  assert.deepEqual(parseEcosystem('Ubuntu:22.04:LTS'), { name: 'Ubuntu', release: '22.04:LTS' })
  assert.deepEqual(parseEcosystem('Alpine:'), { name: 'Alpine' })
})

test('a purl tells its ecosystem, and the ecosystem its purl', () => {
  for (const name of ecosystems) {
    const found = purlTypeOf(name)
    if (!found || ['generic', 'github'].includes(found.type)) continue
    assert.equal(ecosystemOf(found), name)
  }
  const cases = [
    ['pkg:rpm/rhel/bash@5', 'Red Hat'],
    ['pkg:rpm/opensuse-leap/bash', 'openSUSE'],
    ['pkg:deb/Ubuntu/dash', 'Ubuntu'],
    ['pkg:apk/wolfi/curl', 'Wolfi'],
    ['pkg:deb/raspbian/dash', null],
    ['pkg:github/acme/tool', null],
    ['pkg:generic/openssl', null],
  ] as const
  for (const [text, expected] of cases) {
    const purl = readPurl(text)
    assert.ok(purl)
    assert.equal(ecosystemOf(purl), expected, text)
  }
})

test('each purl type of an ecosystem is registered, but for those that only OSV writes', () => {
  const types = ecosystems.flatMap((name) => purlTypeOf(name)?.type ?? [])
  const unregistered = types.filter((type) => !isPurlType(type))
  assert.deepEqual(unregistered, ['bioconductor', 'dhi'])
})

test('names that a registry takes for the same have one normal form, others do not', () => {
  const same = [
    ['PyPI', 'Flask_Login', 'flask-login'],
    ['PyPI', 'zope..interface', 'zope-interface'],
    ['Maven', 'org.example/core', 'org.example:core'],
    ['Maven', 'org.example:core:jar:1.0', 'org.example:core'],
    ['Go', 'https://github.com/!azure/Tool.git/', 'github.com/Azure/Tool'],
    ['crates.io', 'Serde_JSON', 'serde-json'],
    ['Packagist', 'Acme/Router', 'acme/router'],
    ['NuGet', 'Acme.Core', 'acme.core'],
    ['SwiftURL', 'https://github.com/Acme/Tool.git', 'github.com/acme/tool'],
    ['npm', ' JSONStream ', 'JSONStream'],
    ['RubyGems', 'RedCloth', 'RedCloth'],
    [null, 'Some Thing', 'Some Thing'],
  ] as const
  for (const [ecosystem, name, normal] of same) {
    assert.equal(normalPackageName(ecosystem, name), normal)
    assert.equal(normalPackageName(ecosystem, normal), normal)
  }
  assert.equal(normalPackageName('Go', `x${'/'.repeat(200_000)}y`).length, 200_002)
})

test('a purl gives the name its ecosystem uses, and back', () => {
  const cases = [
    ['pkg:maven/org.example/core@1', 'Maven', 'org.example:core'],
    ['pkg:npm/%40acme/tool@1', 'npm', '@acme/tool'],
    ['pkg:golang/github.com/acme/tool@1', 'Go', 'github.com/acme/tool'],
    ['pkg:deb/debian/dash@1', 'Debian', 'dash'],
    ['pkg:composer/acme/router@1', 'Packagist', 'acme/router'],
    ['pkg:pypi/flask-login@1', 'PyPI', 'flask-login'],
  ] as const
  for (const [text, ecosystem, name] of cases) {
    const purl = readPurl(text)
    assert.ok(purl)
    assert.equal(packageNameOf(purl), name)
    assert.deepEqual(packageOf(purl), { ecosystem, name })
    const back = purlOf({ ecosystem, name }, '1')
    assert.ok(back)
    assert.equal(formatPurl(back), text)
  }
  assert.equal(purlOf({ ecosystem: 'Linux', name: 'kernel' }), null)
  assert.equal(purlOf({ ecosystem: 'Maven', name: 'no-group' }), null)
})
