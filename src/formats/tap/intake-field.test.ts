import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readJson, readText, submissionOf, verdictOf } from '../../../test/formats/tap-report.ts'

const bytes = (count: number): string => 'a'.repeat(count)
/** Two bytes of UTF-8 a letter: what is counted is bytes, not characters. */
const umlauts = (count: number): string => 'ü'.repeat(count / 2)
const web = (count: number): string => `https://a.example/${bytes(count - 18)}`
const mailbox = (count: number): string =>
  `${bytes(64)}@${bytes(60)}.${bytes(60)}.${bytes(60)}.${bytes(count - 248)}`
const versions = (count: number): string[] => Array.from({ length: count }, (_, at) => `0.${at}.0`)
const nested = (depth: number): object => (depth === 1 ? {} : { a: nested(depth - 1) })
/** An enrichment whose JSON has so many bytes. */
const sized = (count: number): object => ({ a: bytes(count - 8) })
const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value)

type Row = readonly [report: Record<string, unknown>, verdict: string]

const noPurl = { purl: null, software: 'frames' }

/** Each row is a sentence of the contract; `purl` is `pkg:npm/frames@2.3.1` where none is given. */
const rows: Readonly<Record<string, readonly Row[]>> = {
  'purl, software and ecosystem': [
    [{ purl: null }, '400 missing_field purl'],
    [{ purl: null, software: 'frames' }, '400 missing_field ecosystem'],
    [{ purl: null, ecosystem: 'npm' }, '400 missing_field software'],
    [{ purl: null, ecosystem: 'npm', software: 'frames' }, '202'],
    [{ purl: '', ecosystem: 'npm', software: '' }, '400 missing_field software'],
    [{}, '202'],
    [{ software: 'frames', ecosystem: 'npm' }, '202'],
  ],
  purl: [
    [{ purl: 'frames' }, '400 invalid_purl purl'],
    [{ purl: 'pkg:frames' }, '400 invalid_purl purl'],
    [{ purl: 'https://frames.example' }, '400 invalid_purl purl'],
    [{ purl: 'pkg:npm/' }, '400 invalid_purl purl'],
    [{ purl: 'pkg:npm/a b' }, '400 invalid_purl purl'],
    [{ purl: 'pkg:unheardof/frames' }, '400 invalid_purl purl'],
    [{ purl: 'pkg:maven/frames' }, '400 invalid_purl purl'],
    [{ purl: 'pkg:npm/a%0Ab' }, '400 invalid_purl purl'],
    [{ purl: 'pkg:npm/a%zz' }, '400 invalid_purl purl'],
    [{ purl: 'pkg:npm/a?k=1&k=2' }, '400 invalid_purl purl'],
    [{ purl: 'pkg:npm/a\tb' }, '400 control_characters purl'],
    [{ purl: `pkg:npm/${bytes(504)}` }, '202'],
    [{ purl: `pkg:npm/${bytes(505)}` }, '413 field_too_large purl'],
    [{ purl: `pkg:npm/${umlauts(504)}` }, '202'],
    [{ purl: `pkg:npm/${umlauts(506)}` }, '413 field_too_large purl'],
  ],
  software: [
    [{ software: bytes(256) }, '202'],
    [{ software: bytes(257) }, '413 field_too_large software'],
    [{ software: umlauts(258) }, '413 field_too_large software'],
    [{ software: 'a\nb' }, '400 control_characters software'],
    [{ software: 'a\tb' }, '400 control_characters software'],
    [{ software: 'a\u0000' }, '400 control_characters software'],
    [{ software: 'a\u007f' }, '400 control_characters software'],
    [{ software: 'a\u0085' }, '400 control_characters software'],
    [{ software: ' ' }, '400 degenerate_value software'],
    [{ software: '\u200b\u2060' }, '400 degenerate_value software'],
    [{ software: '---' }, '400 degenerate_value software'],
    [{ software: 'N/A' }, '400 degenerate_value software'],
    [{ software: ' unknown ' }, '400 degenerate_value software'],
    [{ software: `${bytes(256)}\n` }, '413 field_too_large software; control_characters software'],
    [{ software: 'unknown-horizons' }, '202'],
    [{ software: 'ライブラリ' }, '202'],
  ],
  ecosystem: [
    [{ ...noPurl, ecosystem: 'Frobnicator' }, '400 unknown_ecosystem ecosystem'],
    [{ ...noPurl, ecosystem: ' ' }, '400 unknown_ecosystem ecosystem'],
    [{ ...noPurl, ecosystem: 'deb' }, '400 unknown_ecosystem ecosystem'],
    [{ ...noPurl, ecosystem: 'Debian:' }, '400 unknown_ecosystem ecosystem'],
    [{ ...noPurl, ecosystem: 'np\tm' }, '400 control_characters ecosystem'],
    [{ ...noPurl, ecosystem: `Debian:${bytes(121)}` }, '202'],
    [{ ...noPurl, ecosystem: `Debian:${bytes(122)}` }, '413 field_too_large ecosystem'],
    ...['Linux', 'OSS-Fuzz', 'Android', 'GitHub Actions', 'Hardware'].flatMap(
      (ecosystem): Row[] => [
        [{ ecosystem }, '202'],
        [{ ...noPurl, ecosystem }, '202'],
      ],
    ),
    ...['npm', 'PyPI', 'Go', 'crates.io', 'Maven', 'NuGet', 'RubyGems', 'Debian:12'].map(
      (ecosystem): Row => [{ ...noPurl, ecosystem }, '202'],
    ),
  ],
  'purl beside ecosystem': [
    [{ ecosystem: 'PyPI' }, '400 purl_ecosystem_mismatch purl+ecosystem'],
    [{ ecosystem: 'Debian:12' }, '400 purl_ecosystem_mismatch purl+ecosystem'],
    [{ purl: 'pkg:generic/a', ecosystem: 'npm' }, '400 purl_ecosystem_mismatch purl+ecosystem'],
    [
      { purl: 'pkg:deb/ubuntu/a', ecosystem: 'Debian' },
      '400 purl_ecosystem_mismatch purl+ecosystem',
    ],
    [
      { purl: 'pkg:apk/wolfi/a', ecosystem: 'Alpine' },
      '400 purl_ecosystem_mismatch purl+ecosystem',
    ],
    ...(
      [
        ['pkg:npm/a', 'npm'],
        ['pkg:pypi/a', 'PyPI'],
        ['pkg:cargo/a', 'crates.io'],
        ['pkg:maven/g/a', 'Maven'],
        ['pkg:golang/a.example/b', 'Go'],
        ['pkg:nuget/a', 'NuGet'],
        ['pkg:gem/a', 'RubyGems'],
        ['pkg:composer/a/b', 'Packagist'],
        ['pkg:hex/a', 'Hex'],
        ['pkg:pub/a', 'Pub'],
        ['pkg:hackage/a', 'Hackage'],
        ['pkg:cran/a', 'CRAN'],
        ['pkg:conan/a', 'ConanCenter'],
        ['pkg:swift/github.com/a/b', 'SwiftURL'],
        ['pkg:bitnami/a', 'Bitnami'],
        ['pkg:deb/debian/a', 'Debian:12'],
        ['pkg:deb/ubuntu/a', 'Ubuntu:22.04:LTS'],
        ['pkg:apk/alpine/a', 'Alpine:v3.20'],
        ['pkg:rpm/redhat/a', 'Red Hat'],
        ['pkg:rpm/rocky/a', 'Rocky Linux'],
        ['pkg:deb/raspbian/a', 'Debian'],
        ['pkg:golang/k8s.io/a', 'Kubernetes'],
        ['pkg:pypi/a', 'Root:PyPI'],
      ] as const
    ).map(([purl, ecosystem]): Row => [{ purl, ecosystem }, '202']),
  ],
  versions: [
    [{ versions: versions(64), purl: 'pkg:npm/frames' }, '202'],
    [{ versions: versions(65), purl: 'pkg:npm/frames' }, '413 too_many_items versions'],
    [{ versions: [...versions(63), '2.3.1'] }, '202'],
    [{ versions: versions(64) }, '413 too_many_items versions+purl'],
    [{ versions: times(65, '\n') }, '413 too_many_items versions'],
    [{ versions: [bytes(64)] }, '202'],
    [{ versions: ['1', bytes(65)] }, '413 field_too_large versions[1]'],
    [{ versions: ['1.0\n'] }, '400 control_characters versions[0]'],
    [{ versions: [''] }, '400 degenerate_value versions[0]'],
    [
      { versions: ['*', 'unknown'] },
      '400 degenerate_value versions[0]; degenerate_value versions[1]',
    ],
    [{ purl: `pkg:npm/frames@${bytes(64)}` }, '202'],
    [{ purl: `pkg:npm/frames@${bytes(65)}` }, '413 field_too_large purl'],
  ],
  code_path: [
    [{ code_path: bytes(1024) }, '202'],
    [{ code_path: bytes(1025) }, '413 field_too_large code_path'],
    [{ code_path: 'src/read.c\nsrc/write.c' }, '400 control_characters code_path'],
    [{ code_path: ' ' }, '400 degenerate_value code_path'],
    [{ code_path: 'the loop that reads frames, lines 80–90' }, '202'],
  ],
  affected_symbol: [
    [{ affected_symbol: { file: bytes(512), function: bytes(256), line: 0 } }, '202'],
    [{ affected_symbol: { file: bytes(513) } }, '413 field_too_large affected_symbol.file'],
    [{ affected_symbol: { function: bytes(257) } }, '413 field_too_large affected_symbol.function'],
    [{ affected_symbol: { file: 'a\tb' } }, '400 control_characters affected_symbol.file'],
    [{ affected_symbol: { function: 'a\n' } }, '400 control_characters affected_symbol.function'],
    [{ affected_symbol: { file: './..' } }, '400 degenerate_value affected_symbol.file'],
    [{ affected_symbol: { function: ' ' } }, '400 degenerate_value affected_symbol.function'],
    [{ affected_symbol: { function: '<$>' } }, '202'],
    [{ affected_symbol: { line: -1 } }, '400 invalid_symbol_line affected_symbol.line'],
    [{ affected_symbol: { line: 1.5 } }, '400 invalid_symbol_line affected_symbol.line'],
    [{ affected_symbol: { line: 2 ** 53 } }, '400 invalid_symbol_line affected_symbol.line'],
    [{ affected_symbol: { line: 88 } }, '202'],
    [{ affected_symbol: {} }, '202'],
  ],
  references: [
    [{ references: times(16, web(512)) }, '202'],
    [{ references: times(17, 'no URL') }, '413 too_many_items references'],
    [{ references: [web(513)] }, '413 field_too_large references[0]'],
    [{ references: ['http://a.example', 'HTTPS://a.example/b?c#d'] }, '202'],
    [{ references: ['ftp://a.example'] }, '400 invalid_reference references[0]'],
    [{ references: ['javascript:alert(1)'] }, '400 invalid_reference references[0]'],
    [{ references: ['//a.example/b'] }, '400 invalid_reference references[0]'],
    [
      { references: ['/b', 'b'] },
      '400 invalid_reference references[0]; invalid_reference references[1]',
    ],
    [{ references: ['https:a.example'] }, '400 invalid_reference references[0]'],
    [{ references: ['https://'] }, '400 invalid_reference references[0]'],
    [{ references: ['https:\\\\a.example'] }, '400 invalid_reference references[0]'],
    [{ references: ['https://a.example/b c'] }, '400 invalid_reference references[0]'],
    [{ references: [''] }, '400 invalid_reference references[0]'],
    [{ references: ['https://a.example/\n'] }, '400 control_characters references[0]'],
  ],
  upstream_ids: [
    [{ upstream_ids: ['CVE-2026-1234', 'CVE-2026-1234567', 'GHSA-ab12-cd34-ef56'] }, '202'],
    [
      { upstream_ids: ['OSV-2023-1', 'GO-2024-2611', 'RUSTSEC-2021-0001', 'PYSEC-2021-100'] },
      '202',
    ],
    [{ upstream_ids: ['CVE-2026-123'] }, '400 invalid_upstream_id upstream_ids[0]'],
    [{ upstream_ids: ['CVE-26-1234'] }, '400 invalid_upstream_id upstream_ids[0]'],
    [{ upstream_ids: ['cve-2026-1234'] }, '400 invalid_upstream_id upstream_ids[0]'],
    [{ upstream_ids: ['GHSA-ab12-cd34'] }, '400 invalid_upstream_id upstream_ids[0]'],
    [{ upstream_ids: ['GHSA-ab12-cd34-ef567'] }, '400 invalid_upstream_id upstream_ids[0]'],
    [{ upstream_ids: ['OSV-'] }, '400 invalid_upstream_id upstream_ids[0]'],
    [{ upstream_ids: ['OSV-a b'] }, '400 invalid_upstream_id upstream_ids[0]'],
    [{ upstream_ids: ['DSA-1234-1'] }, '400 invalid_upstream_id upstream_ids[0]'],
    [{ upstream_ids: [''] }, '400 invalid_upstream_id upstream_ids[0]'],
    [{ upstream_ids: ['OSV-1\n'] }, '400 control_characters upstream_ids[0]'],
    [{ upstream_ids: [`OSV-${bytes(124)}`] }, '202'],
    [{ upstream_ids: [`OSV-${bytes(125)}`] }, '413 field_too_large upstream_ids[0]'],
    [{ upstream_ids: times(16, 'OSV-1') }, '202'],
    [{ upstream_ids: times(17, '') }, '413 too_many_items upstream_ids'],
  ],
  commits: [
    ...(['introduced_commit', 'fixed_commit'] as const).flatMap((field): Row[] => [
      [{ [field]: 'abcdef1' }, '202'],
      [{ [field]: 'a'.repeat(64) }, '202'],
      [{ [field]: 'ABCDEF1' }, '202'],
      [{ [field]: 'abcdef' }, `400 invalid_commit ${field}`],
      [{ [field]: 'a'.repeat(65) }, `400 invalid_commit ${field}`],
      [{ [field]: 'abcdefg' }, `400 invalid_commit ${field}`],
      [{ [field]: ' abcdef1' }, `400 invalid_commit ${field}`],
      [{ [field]: 'abcdef1\n' }, `400 control_characters ${field}`],
    ]),
  ],
  package_repo_url: [
    [{ package_repo_url: web(512) }, '202'],
    [{ package_repo_url: web(513) }, '413 field_too_large package_repo_url'],
    [{ package_repo_url: 'http://a.example/b.git' }, '202'],
    [{ package_repo_url: 'pkg:npm/frames' }, '400 invalid_repo_url package_repo_url'],
    [{ package_repo_url: 'git@a.example:b.git' }, '400 invalid_repo_url package_repo_url'],
    [{ package_repo_url: 'git://a.example/b' }, '400 invalid_repo_url package_repo_url'],
    [{ package_repo_url: 'file:///b' }, '400 invalid_repo_url package_repo_url'],
    [{ package_repo_url: 'a.example/b' }, '400 invalid_repo_url package_repo_url'],
    [{ package_repo_url: 'https://a.example/\t' }, '400 control_characters package_repo_url'],
  ],
  'discovery_method and discovery_tooling': [
    ...[
      ...['manual', 'ai-assisted', 'ai-discovered', 'hybrid', 'automated-scan', 'upstream-report'],
      ...['other', 'by a word of our own', bytes(32)],
    ].map((discovery_method): Row => [{ discovery_method }, '202']),
    [{ discovery_method: bytes(33) }, '413 field_too_large discovery_method'],
    [{ discovery_method: 'a\n' }, '400 control_characters discovery_method'],
    [{ discovery_method: '?' }, '400 degenerate_value discovery_method'],
    [{ discovery_tooling: bytes(128) }, '202'],
    [{ discovery_tooling: bytes(129) }, '413 field_too_large discovery_tooling'],
    [{ discovery_tooling: 'a\t' }, '400 control_characters discovery_tooling'],
    [{ discovery_tooling: ' ' }, '400 degenerate_value discovery_tooling'],
  ],
  'email and notify': [
    [{ email: mailbox(256) }, '202'],
    [{ email: mailbox(257) }, '413 field_too_large email'],
    [{ email: 'lab' }, '400 invalid_email email'],
    [{ email: '@example.org' }, '400 invalid_email email'],
    [{ email: 'lab@' }, '400 invalid_email email'],
    [{ email: 'a@b@example.org' }, '400 invalid_email email'],
    [{ email: 'Lab <lab@example.org>' }, '400 invalid_email email'],
    [{ email: 'a@example.org, b@example.org' }, '400 invalid_email email'],
    [{ email: 'lab@[127.0.0.1]' }, '400 invalid_email email'],
    [{ email: 'lab@127.0.0.1' }, '400 invalid_email email'],
    [{ email: `${bytes(65)}@example.org` }, '400 invalid_email email'],
    [{ email: ' ' }, '400 invalid_email email'],
    [{ email: 'lab@example.org\r\nBcc: x@example.org' }, '400 control_characters email'],
    [{ email: "o'lab+tap@bücher.example" }, '202'],
    [{ notify: 'off' }, '202'],
    ...['final', 'milestones', 'all'].flatMap((notify): Row[] => [
      [{ notify }, '400 missing_field email'],
      [{ notify, email: '' }, '400 missing_field email'],
      [{ notify, email: 'lab@example.org' }, '202'],
    ]),
    [{ notify: 'sometimes' }, '400 invalid_notify notify'],
    [{ notify: 'Final', email: 'lab@example.org' }, '400 invalid_notify notify'],
    [{ notify: 'off\n' }, '400 control_characters notify'],
  ],
  enrichment: [
    [{ enrichment: sized(64 * 1024) }, '202'],
    [{ enrichment: sized(64 * 1024 + 1) }, '413 field_too_large enrichment'],
    [{ enrichment: nested(8) }, '202'],
    [{ enrichment: nested(9) }, '413 structure_too_deep enrichment'],
    [{ enrichment: { a: [[[[[[[]]]]]]] } }, '202'],
    [{ enrichment: { a: [[[[[[[[]]]]]]]] } }, '413 structure_too_deep enrichment'],
    [{ enrichment: { a: 'b\nc' } }, '400 control_characters enrichment'],
    [{ enrichment: { 'a\tb': 1 } }, '400 control_characters enrichment'],
    [{ enrichment: { a: [{ b: '\u0000' }] } }, '400 control_characters enrichment'],
    [
      { enrichment: { a: '\n', b: nested(8) } },
      '413 control_characters enrichment; structure_too_deep enrichment',
    ],
    [{ enrichment: { cvss_vector: 'CVSS:3.1/AV:N', cwe: 'buffer', epss: 7, ssvc: 'Soon' } }, '202'],
    [{ enrichment: { severity: 'Severe', verified: 'maybe', vex_status: 1, own: [null] } }, '202'],
    [{ enrichment: {} }, '202'],
  ],
}

for (const [field, cases] of Object.entries(rows)) {
  for (const [report, verdict] of cases) {
    const shown = JSON.stringify(report)
    const named = shown.length > 90 ? `${shown.slice(0, 87)}...` : shown
    test(`${field}: ${named} answers ${verdict}`, () => {
      assert.equal(verdictOf(readJson(report)), verdict)
    })
  }
}

test('what is taken is canonical', () => {
  const found = submissionOf(
    readJson({
      purl: 'PKG:NPM/%40Acme/Frames@2.3.1',
      ecosystem: 'NPM',
      versions: ['2.3.0', '2.3.0'],
      upstream_ids: ['OSV-1', 'OSV-1'],
      affected_symbol: { file: 'lib/read.js', function: 'readFrame', line: 88 },
      introduced_commit: 'ABCDEF1',
      package_repo_url: 'https://forge.example/frames',
      email: 'lab@example.org',
    }),
  )
  assert.equal(found.purl, 'pkg:npm/%40Acme/Frames@2.3.1')
  assert.equal(found.ecosystem, 'npm')
  assert.deepEqual(found.versions, ['2.3.0', '2.3.1'])
  assert.deepEqual(found.upstreamIds, ['OSV-1'])
  assert.deepEqual(found.affectedSymbol, { file: 'lib/read.js', function: 'readFrame', line: 88 })
  assert.equal(found.introducedCommit, 'abcdef1')
  assert.equal(found.packageRepoUrl, 'https://forge.example/frames')
  assert.equal('fixedCommit' in found, false)
})

test('whoever gives an address hears of milestones, whoever gives none of nothing', () => {
  assert.equal(submissionOf(readJson({ email: 'lab@example.org' })).notify, 'milestones')
  assert.equal(submissionOf(readJson({ email: 'lab@example.org', notify: 'off' })).notify, 'off')
  assert.equal(submissionOf(readJson({})).notify, 'off')
})

test('the size of an enrichment is that of its shortest JSON', () => {
  const padded = `${' '.repeat(70_000)}"a":"${'\\u0061'.repeat(40_000)}"`
  const spaced = `{"purl":"pkg:npm/x","enrichment":{${padded}}}`
  assert.equal(verdictOf(readText(spaced)), '202')
  const wide = { enrichment: { a: 'ü'.repeat(33_000) } }
  assert.equal(verdictOf(readJson(wide)), '413 field_too_large enrichment')
})

test('an enrichment is kept as it is, whatever its keys are called', () => {
  const reading = readText(
    '{"purl":"pkg:npm/x","enrichment":{"__proto__":{"a":1},"constructor":2}}',
  )
  const { enrichment, record, document } = submissionOf(reading)
  for (const kept of [enrichment, record['enrichment'], document['enrichment']]) {
    assert.equal(JSON.stringify(kept), '{"__proto__":{"a":1},"constructor":2}')
  }
})

test('minus zero is line zero', () => {
  const reading = readText('{"purl":"pkg:npm/x","affected_symbol":{"line":-0}}')
  assert.ok(Object.is(submissionOf(reading).affectedSymbol?.line, 0))
})
