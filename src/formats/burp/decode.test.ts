import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { XmlElement } from '#formats/finding/decoder.ts'
import { assertSound, json } from '../../../test/formats/total.ts'
import { assertHardy, element, xml } from '../../../test/formats/tree.ts'
import { burpDecoder } from './decode.ts'

const leaf = (name: string, text: string, attributes = {}): XmlElement =>
  element(name, { text, attributes })
const base64 = (text: string): string => Buffer.from(text).toString('base64')

const exchange = element('requestresponse', {
  children: [
    leaf('request', base64('GET /a?id=1 HTTP/1.1\r\n\r\n'), { base64: 'true' }),
    leaf('response', 'HTTP/1.1 500 Oops', { base64: 'false' }),
  ],
})
const issue = element('issue', {
  line: 7,
  children: [
    leaf('serialNumber', '4060931308708695040'),
    leaf('type', '1049088'),
    leaf('name', 'SQL injection'),
    leaf('host', 'http://shop.example.org', { ip: '192.0.2.1' }),
    leaf('path', '/basket'),
    leaf('location', '/basket [id parameter]'),
    leaf('severity', 'High'),
    leaf('confidence', 'Firm'),
    leaf('issueBackground', '<p>Input becomes part of a query.</p>'),
    leaf('issueDetail', 'The <b>id</b> parameter &lt;is&gt; flawed.<br>Twice.'),
    element('issueDetailItems', {
      children: [leaf('issueDetailItem', 'first'), leaf('issueDetailItem', ' ')],
    }),
    leaf('remediationBackground', '<ul><li>Bind variables.</li></ul>'),
    leaf('references', '<a href="https://example.org/sql">x</a>'),
    leaf('vulnerabilityClassifications', '<a href="https://example.org/89.html">CWE-89: SQL</a>'),
    exchange,
    element('collaboratorEvent', {
      children: [leaf('interactionType', 'DNS'), leaf('originIp', '192.0.2.9')],
    }),
    element('dynamicAnalysis', { children: [leaf('poc', 'x=1')] }),
  ],
})
const wrong = element('issue', {
  line: 90,
  children: [leaf('name', 'Nothing'), leaf('severity', 'False positive'), leaf('path', 'x')],
})
const root = element('issues', {
  attributes: { burpVersion: '2024.1' },
  children: [issue, wrong, { ...issue, line: 99 }],
})

test('what is no report of Burp is not taken for one', () => {
  const others = [xml(element('issues')), xml(element('issue')), json({ issues: [] })]
  for (const material of others) assert.equal(burpDecoder.recognise(material), 0)
  assert.equal(burpDecoder.recognise(xml(root)), 3)
  assert.equal(burpDecoder.recognise(xml(element('issues', { children: [issue] }))), 2)
  assertSound(burpDecoder.decode(json({})))
})

test('an issue says everything the report says of it, as plain text', () => {
  const { findings, problems } = burpDecoder.decode(xml(root))
  assert.deepEqual(problems, [])
  const [{ original, ...first } = { original: null }] = findings
  assert.deepEqual(first, {
    at: { pointer: '/issue/0', line: 7 },
    title: 'SQL injection',
    details: [
      'The id parameter <is> flawed.\nTwice.',
      '- first',
      'Location: /basket [id parameter]',
      'Confidence: Firm',
      'DNS interaction from 192.0.2.9',
      'Input becomes part of a query.',
    ].join('\n\n'),
    tool: { name: 'burp', version: '2024.1' },
    nativeId: '4060931308708695040',
    rule: { id: '1049088', name: 'SQL injection' },
    severity: 'high',
    cwe: [89],
    endpoints: ['http://shop.example.org/basket'],
    proofs: [
      { language: 'http', text: 'GET /a?id=1 HTTP/1.1\n\n' },
      { language: 'http', text: 'HTTP/1.1 500 Oops' },
      { text: 'x=1' },
    ],
    references: ['https://example.org/sql'],
    fix: '- Bind variables.',
  })
  assert.match(JSON.stringify(original), /4060931308708695040.*192\.0\.2\.1/)
})

test('an issue marked as a false positive keeps that standing', () => {
  const second = burpDecoder.decode(xml(root)).findings[1]
  assert.deepEqual(second?.standing, { is: 'false-positive' })
  assert.equal(second?.severity, undefined)
  assert.deepEqual(second?.endpoints, ['x'])
})

test('an issue without name and type is a problem with its place', () => {
  const children = [element('issue', { line: 3 }), issue]
  const { findings, problems } = burpDecoder.decode(xml(element('issues', { children })))
  assert.equal(findings.length, 1)
  assert.deepEqual(problems, [
    {
      code: 'missing-field',
      why: 'an issue without name and type says nothing',
      pointer: '/issue/0',
      line: 3,
      lost: true,
    },
  ])
})

test('any broken element costs itself only', () => {
  assertHardy(burpDecoder, root)
  assertHardy(burpDecoder, root, { path: [0], pointer: '/issue/0' })
  assertHardy(burpDecoder, root, { path: [2], pointer: '/issue/2' })
})
