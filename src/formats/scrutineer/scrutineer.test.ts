import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Decoded } from '#formats/finding/decoder.ts'
import type { Finding } from '#formats/finding/finding.ts'
import { scrutineerDecoder } from './scrutineer.ts'

const decode = (value: unknown): Decoded =>
  scrutineerDecoder.decode({ kind: 'json', value, text: '' })

const bundle = (...findings: unknown[]) => ({
  repository: 'https://github.com/Sample/Widget',
  commit: 'abc1234',
  tool: 'scrutineer',
  findings,
})
const row = {
  ...{ id: 7, scan_id: 1, repository_id: 2, fingerprint: 'fp', finding_id: 'F1', seen_count: 3 },
  title: 'Trusts a length',
}

const recognised: readonly [document: unknown, sure: number][] = [
  [null, 0],
  [{ findings: [] }, 0],
  [{ findings: [{ title: 'x', severity: 'High', boundary: 'y' }] }, 0],
  [{ title: 'x', scan_id: 1, fingerprint: '' }, 0],
  [{ findings: [], repository: 'x' }, 1],
  [{ findings: [], repository: 'x', commit: 'y', tool: 'z' }, 2],
  [bundle(), 3],
  [{ findings: [{ reachability: 'reachable', quality_tier: 'high' }] }, 3],
  [row, 3],
]
for (const [document, sure] of recognised) {
  test(`${JSON.stringify(document).slice(0, 70)} is recognised ${sure}`, () => {
    assert.equal(scrutineerDecoder.recognise({ kind: 'json', value: document, text: '' }), sure)
  })
}

const findingOf = (found: object): Finding => {
  const { findings, problems } = decode(bundle({ title: 'Trusts a length', ...found }))
  assert.deepEqual(problems, [])
  return findings[0] ?? { at: {}, title: '', original: null }
}

test('one bad finding of a bundle costs itself only', () => {
  const { findings, problems } = decode(bundle({ title: 'A' }, 4, { title: 5, cwe: {} }))
  assert.deepEqual(
    findings.map(({ title, at }) => [title, at.pointer]),
    [
      ['A', '/findings/0'],
      ['Finding without title', '/findings/2'],
    ],
  )
  assert.deepEqual(problems.map(({ pointer }) => pointer).sort(), [
    '/findings/1',
    '/findings/2/cwe',
    '/findings/2/title',
    '/findings/2/title',
  ])
})

test('a finding of a bundle is taken over whole', () => {
  const { original, ...found } = findingOf({
    ...{ description: 'A length is trusted.', severity: 'High', cwe: 'CWE-787,CWE-20' },
    ...{ location: 'src/read.c:88', locations: 'src/read.c:88\nsrc/loop.c:12-14' },
    ...{ sub_path: 'services/api', snippet: 'memcpy(a, b, n);', vid: 'VID-1' },
    ...{ boundary: 'Any client.', validation: './poc', prior_art: 'None.', rating: 'Easy.' },
    ...{ patch: '--- a', fix_commit: 'base', upstream_fix_commit: 'fffffff', affected: '< 2.0' },
    ...{ cve_id: 'cve-2024-11111', cvss_vector: 'CVSS:3.1/AV:N', exploited_in_wild: 'yes' },
    references: [{ url: 'https://example.org/a', tags: 'x' }],
  })
  assert.ok(original)
  const url = 'https://github.com/Sample/Widget'
  assert.deepEqual(found, {
    at: { pointer: '/findings/0' },
    title: 'Trusts a length',
    details: [
      ...['A length is trusted.', '## Boundary\n\nAny client.', '## Prior art\n\nNone.'],
      '## Rating\n\nEasy.',
    ].join('\n\n'),
    tool: { name: 'scrutineer' },
    severity: 'high',
    cvss: ['CVSS:3.1/AV:N'],
    cwe: [787, 20],
    aliases: ['CVE-2024-11111'],
    components: [
      {
        ...{ name: 'github.com/Sample/Widget', purl: 'pkg:github/sample/widget@abc1234' },
        ...{ version: 'abc1234', ranges: [{ fixed: '2.0' }] },
      },
    ],
    locations: [
      { file: 'services/api/src/read.c', line: 88, snippet: 'memcpy(a, b, n);' },
      { file: 'services/api/src/loop.c', line: 12, endLine: 14 },
    ],
    proofs: [{ language: 'markdown', text: './poc' }],
    references: ['https://example.org/a', url],
    fix: '--- a',
    fixCommits: ['fffffff'],
    fingerprints: { vid: 'VID-1' },
    exploited: true,
  })
})

test('a row has its own number, fix commit and state', () => {
  const more = { trace: 'From read to copy.', fix_commit: 'fffffff', cvss_score: 0 }
  const [found] = decode({ ...row, ...more, status: 'rejected' }).findings
  const { nativeId, fixCommits, standing, details, score, fingerprints } = found ?? {}
  assert.deepEqual([nativeId, fixCommits, details], ['7', ['fffffff'], 'From read to copy.'])
  assert.deepEqual([score, fingerprints], [undefined, { fingerprint: 'fp' }])
  assert.equal(standing?.is, 'false-positive')
  const states = [{ status: 'new' }, { status: 'fixed' }, { resolution: 'wontfix' }]
  assert.deepEqual(
    states.map((state) => decode({ ...row, ...state }).findings[0]?.standing?.is),
    [undefined, 'fixed', 'accepted'],
  )
})

test('no document whatever makes it throw', () => {
  const keys = ['title', 'location', 'locations', 'cwe', 'references', 'severity', 'sub_path']
  const found = fc.dictionary(fc.constantFrom(...keys), fc.jsonValue())
  const property = fc.property(fc.array(found), fc.jsonValue(), (findings, any) => {
    assert.equal(decode(bundle(...findings)).findings.length, findings.length)
    decode(any)
    decode({ findings: any, repository: any })
  })
  fc.assert(property, { numRuns: 1_000 })
})
