import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseCsv } from '#formats/csv/parse.ts'
import type { Material, XmlElement } from '#formats/finding/decoder.ts'
import { assertSound, json } from '../../../test/formats/total.ts'
import { assertHardy, element, xml } from '../../../test/formats/tree.ts'
import { nessusDecoder } from './decode.ts'

const leaf = (name: string, text: string): XmlElement => element(name, { text })

const attributes = { pluginID: '11213', pluginName: 'HTTP TRACE allowed', severity: '2' }
const item = element('ReportItem', {
  attributes: { ...attributes, port: '8443', protocol: 'tcp', svc_name: 'www' },
  line: 12,
  children: [
    leaf('synopsis', 'Debugging is on.'),
    leaf('description', 'The server answers TRACE.'),
    leaf('solution', 'Turn TRACE off.'),
    leaf('see_also', 'https://example.org/a\nhttps://example.org/b'),
    leaf('cve', 'CVE-2003-1567'),
    leaf('cwe', '200'),
    leaf('xref', 'CWE:16'),
    leaf('xref', 'CISA-KNOWN-EXPLOITED:2024/07/03'),
    leaf('cvss3_vector', 'CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:N/A:N'),
    leaf('cvss_vector', 'CVSS2#AV:N/AC:L/Au:N/C:P/I:N/A:N'),
    leaf('cvss3_base_score', '5.3'),
    leaf('cpe', 'cpe:/a:padco:padder:1.0\np-cpe:/a:padco:linux:padlib'),
    leaf('plugin_output', 'TRACE / HTTP/1.1'),
    leaf('vuln_publication_date', '2003/01/20'),
    leaf('epss_score', '0.5'),
  ],
})
const note = element('ReportItem', {
  attributes: { pluginID: '19506', pluginName: 'Scan Information', severity: '0', port: '0' },
  line: 40,
  children: [leaf('solution', 'n/a'), leaf('risk_factor', 'None'), leaf('cvss_base_score', '0.0')],
})
const several = element('ReportItem', {
  attributes: {
    pluginID: '5',
    pluginName: 'Several flaws',
    severity: '4',
    port: '161',
    protocol: 'udp',
  },
  children: [leaf('cve', 'CVE-2024-1'), leaf('cve', 'CVE-2024-2'), leaf('cvss3_base_score', '9.8')],
})

const host = element('ReportHost', {
  attributes: { name: '10.0.0.1' },
  children: [
    element('HostProperties', {
      children: [element('tag', { attributes: { name: 'host-fqdn' }, text: 'shop.example.org' })],
    }),
    item,
    note,
    several,
  ],
})
const root = element('NessusClientData_v2', {
  children: [element('Policy'), element('Report', { children: [host] })],
})

test('what is no report of Nessus is not taken for one', () => {
  const others: Material[] = [
    xml(element('NessusClientData')),
    xml(element('issues')),
    json({ NessusClientData_v2: {} }),
    { kind: 'text', text: 'NessusClientData_v2' },
    table('Title,Severity,Description\n'),
    table('Plugin ID,Version\n1,2\n'),
  ]
  for (const material of others) assert.equal(nessusDecoder.recognise(material), 0)
  assert.equal(nessusDecoder.recognise(xml(root)), 3)
  assertSound(nessusDecoder.decode({ kind: 'text', text: 'x' }))
})

test('a result says everything the report says of it', () => {
  const { spec, findings, problems } = nessusDecoder.decode(xml(root))
  assert.equal(spec, '2')
  assert.deepEqual(problems, [])
  const [{ original, ...first } = { original: null }] = findings
  assert.deepEqual(first, {
    at: { pointer: '/Report/0/ReportHost/0/ReportItem/0', line: 12 },
    title: 'HTTP TRACE allowed',
    details: 'Debugging is on.\n\nThe server answers TRACE.\n\nTRACE / HTTP/1.1',
    tool: { name: 'nessus' },
    rule: { id: '11213', name: 'HTTP TRACE allowed' },
    severity: 'medium',
    cvss: ['CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:N/A:N', 'AV:N/AC:L/Au:N/C:P/I:N/A:N'],
    cwe: [200, 16],
    aliases: ['CVE-2003-1567'],
    components: [
      { name: 'padder', vendor: 'padco', version: '1.0', cpes: ['cpe:/a:padco:padder:1.0'] },
      { name: 'padlib', vendor: 'padco', cpes: ['p-cpe:/a:padco:linux:padlib'] },
    ],
    endpoints: ['shop.example.org:8443'],
    references: ['https://example.org/a', 'https://example.org/b'],
    fix: 'Turn TRACE off.',
    published: '2003-01-20',
    epss: 0.5,
    exploited: true,
  })
  assert.match(JSON.stringify(original), /"pluginID":"11213".*TRACE \/ HTTP/)
  assert.match(JSON.stringify(original), /host-fqdn/)
})

test('informational results stay, and a plugin of several CVEs is no name of any', () => {
  const [, info, many] = nessusDecoder.decode(xml(root)).findings
  assert.equal(info?.severity, 'info')
  assert.equal(info?.fix, undefined)
  assert.equal(info?.score, undefined)
  assert.deepEqual(info?.endpoints, ['shop.example.org'])
  assert.equal(many?.aliases, undefined)
  assert.deepEqual(many?.related, ['CVE-2024-1', 'CVE-2024-2'])
  assert.equal(many?.score, 9.8)
  assert.deepEqual(many?.endpoints, ['shop.example.org:161/udp'])
})

function table(text: string): Material {
  const { table: found } = parseCsv(text)
  assert.ok(found)
  return { kind: 'table', table: found, text }
}

const center = 'Plugin,Plugin Name,Family,Severity,IP Address,Protocol'
const vector = 'AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H'
const both = 'CVE-2024-1,CVE-2024-2'
const definition = 'definition.id;definition.name;definition.synopsis;definition.cwe'

const exports: readonly (readonly [string, string, object])[] = [
  [
    'Plugin ID,CVE,CVSS,Risk,Host,Protocol,Port,Name,Synopsis,Solution,See Also,Plugin Output',
    '42,CVE-2024-1,5.0,Medium,10.0.0.1,tcp,443,Old TLS,Weak,n/a,https://example.org/a,TLSv1',
    { severity: 'medium', aliases: ['CVE-2024-1'], score: 5, endpoints: ['10.0.0.1:443'] },
  ],
  [
    `${center},Port,Repository,CVSS V3 Vector,CVE,Cross References,Accept Risk Comment`,
    `42,Old TLS,General,Critical,10.0.0.1,UDP,161,r,${vector},"${both}",CWE #310,known`,
    {
      severity: 'critical',
      related: ['CVE-2024-1', 'CVE-2024-2'],
      cvss: [`CVSS:3.0/${vector}`],
      cwe: [310],
      endpoints: ['10.0.0.1:161/udp'],
      standing: { is: 'accepted', why: 'known' },
    },
  ],
  [
    `asset.display_fqdn;${definition};severity;port;state`,
    'a.example.org;42;Old TLS;Weak;"192, 330";Low;443;FIXED',
    {
      severity: 'low',
      cwe: [192, 330],
      endpoints: ['a.example.org:443'],
      standing: { is: 'fixed' },
    },
  ],
]

test('the CSV exports read as well, blank rows and numbers out of range left out', () => {
  for (const [header, row, expected] of exports) {
    const material = table(`${header}\n${row}\n${header.replace(/[^,;]/g, '')}\n`)
    assert.equal(nessusDecoder.recognise(material), 3, header)
    const { findings, problems } = nessusDecoder.decode(material)
    assert.deepEqual(problems, [])
    assert.equal(findings.length, 1)
    assert.equal(findings[0]?.at.line, 2)
    assert.deepEqual({ ...findings[0], ...expected }, findings[0])
    assert.deepEqual(findings[0]?.rule, { id: '42', name: 'Old TLS' })
  }
  const odd =
    'Plugin ID,Risk,Host,Name,Synopsis,Plugin Output,CVSS,EPSS Score\n1,High,,N,S,O,53,3833\n'
  const [found] = nessusDecoder.decode(table(odd)).findings
  assert.equal(found?.score, undefined)
  assert.equal(found?.epss, undefined)
})

test('a row or result without a plugin is a problem with its place', () => {
  const lines = 'Plugin ID,Risk,Host,Name,Synopsis,Plugin Output\n,High,h,,,\n1,Low,h,n,,\n'
  const { findings, problems } = nessusDecoder.decode(table(lines))
  assert.equal(findings.length, 1)
  assert.deepEqual(
    problems.map(({ code, line, lost }) => [code, line, lost]),
    [['missing-field', 2, true]],
  )
})

test('any broken element costs itself only', () => {
  assertHardy(nessusDecoder, root)
  const pointer = '/Report/0/ReportHost/0/ReportItem/0'
  assertHardy(nessusDecoder, root, { path: [1, 0, 1], pointer })
})
