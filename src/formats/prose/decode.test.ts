import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Finding } from '#formats/finding/finding.ts'
import { proseDecoder } from './decode.ts'

const decode = (text: string): readonly Finding[] =>
  proseDecoder.decode({ kind: 'text', text }).findings

const only = (text: string): Finding => {
  const [finding, ...others] = decode(text)
  assert.ok(finding)
  assert.equal(others.length, 0)
  return finding
}

const report = `Package: libpear
Reported by: Ada Lovelace

# Heap overflow in \`pear_read_row\` (CVE-2024-1111)

**Severity:** High
**CVSS:** CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H
**Weakness:** CWE-787

## Summary

libpear before 1.4.2 writes behind a row buffer. Unlike CVE-2020-2222 this needs no option.

## Root Cause

\`pear_read_row()\` in src/read.c:118-131 trusts the width of the header. See also
https://github.com/example/libpear/blob/v1.4.1/src/read.c#L118-L131.

\`\`\`c
memcpy(row, in, header->width * 4);
\`\`\`

## Proof of Concept

Build with ASan and run:

\`\`\`sh
./pear poc.pear
\`\`\`

\`\`\`
==7==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x602000000014 at pc 0x4f
WRITE of size 4 at 0x602000000014 thread T0
    #0 0x4f1a2b in pear_read_row /src/src/read.c:121:9
\`\`\`

## Impact

An attacker can run code.

## Fix

Check the width. Fixed in commit 0123abcd; upgrade to 1.4.2.

## References

- https://example.org/pear
- https://nvd.nist.gov/vuln/detail/CVE-2019-3333
`

test('what is no report is not recognised', () => {
  const cases: readonly string[] = [
    '',
    'hello',
    '# My project\n\nInstall it with `npm install`.\n\n## Usage\n\nCall `run()`.\n',
    '# Security policy\n\nPlease report a vulnerability to us by mail. Supported versions: 2.x',
    '# Changelog\n\n## 1.2.0\n- fix XSS (CVE-2024-1)\n## 1.1.0\n- x\n## 1.0.0\n- y\n',
    'int main(void) { return 0; }\n'.repeat(20),
    'The vulnerability of glaciers to warming is discussed at length. '.repeat(60),
  ]
  for (const text of cases) assert.equal(proseDecoder.recognise({ kind: 'text', text }), 0, text)
  assert.equal(proseDecoder.recognise({ kind: 'json', value: {}, text: report }), 0)
  assert.equal(proseDecoder.recognise({ kind: 'text', text: report }), 2)
})

test('a report gives every field from the part that may say it', () => {
  const finding = only(report)
  assert.equal(finding.title, 'Heap overflow in pear_read_row (CVE-2024-1111)')
  assert.deepEqual(finding.at, { line: 1 })
  assert.equal(finding.severity, 'high')
  assert.deepEqual(finding.cvss, ['CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H'])
  assert.deepEqual(finding.cwe, [787])
  assert.deepEqual(finding.aliases, ['CVE-2024-1111'])
  assert.deepEqual(finding.related, ['CVE-2020-2222', 'CVE-2019-3333'])
  assert.deepEqual(finding.components, [{ name: 'libpear', ranges: [{ fixed: '1.4.2' }] }])
  assert.deepEqual(finding.locations?.[0], { file: 'src/read.c', line: 118, endLine: 131 })
  assert.equal(finding.symbols?.[0], 'pear_read_row')
  assert.equal(finding.crash?.kind, 'heap-buffer-overflow')
  assert.deepEqual(finding.finders, ['Ada Lovelace'])
  assert.deepEqual(finding.fixCommits, ['0123abcd'])
  assert.match(finding.fix ?? '', /^Check the width/)
  assert.equal(finding.proofs?.length, 2)
  assert.deepEqual(finding.proofs?.[0], { language: 'sh', text: './pear poc.pear' })
  assert.ok(finding.references?.includes('https://example.org/pear'))
  assert.equal(finding.original, report)
  assert.ok(!finding.details?.includes('# Heap overflow'))
  assert.ok(finding.details?.includes('An attacker can run code.'))
})

test('titles', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['Title: Overflow in pear\n\nSome text.', 'Overflow in pear'],
    ['# Security Advisory\n\n# Overflow in pear\n\ntext', 'Overflow in pear'],
    ['# Security Advisory: Overflow in pear\n\ntext', 'Overflow in pear'],
    ['handle\n\nmedium\n\n# Overflow in pear\n\n## Summary\nx', 'Overflow in pear'],
    [
      '## Summary\n\nThe parser overflows its buffer. It is bad.\n\n### Not the title\n',
      'The parser overflows its buffer',
    ],
    ['Hello,\n\nThe parser overflows its buffer. Thanks.', 'The parser overflows its buffer'],
    ['Overflow in pear\n================\n\ntext', 'Overflow in pear'],
    ['# [H-01] Overflow in pear\n\ntext', 'Overflow in pear'],
    ['```\ncode\n```\n\nOverflow in pear', 'Overflow in pear'],
    ['   ', ''],
    ['!!!', 'untitled report'],
  ]
  for (const [text, wanted] of cases) assert.equal(decode(text)[0]?.title ?? '', wanted, text)
})

test('a contest report begins with a handle and a severity', () => {
  const finding = only('plum\n\nmedium\n\n# Overflow\n\n## Impact\nfunds are lost\n')
  assert.deepEqual([finding.severity, finding.finders], ['medium', ['plum']])
})

const several = `# Audit of Pear
Project: pear-contracts
Auditors: Ada, Grace

## Summary

Two findings.

# Findings

## [H-01] Anyone can drain the basket

**Severity:** High

### Impact
All pears are lost.

### Recommendation
Check the caller in \`Basket.drain()\`.

## [L-02] Rounding loses a pip

### Impact
One pip.

# Appendix

Nothing more.
`

test('a document of several reports is cut at the headings that open them', () => {
  const findings = decode(several)
  assert.deepEqual(
    findings.map(({ title, severity, nativeId, at }) => [title, severity, nativeId, at.line]),
    [
      ['Anyone can drain the basket', 'high', 'H-01', 11],
      ['Rounding loses a pip', 'low', 'L-02', 21],
    ],
  )
  assert.deepEqual(findings[1]?.finders, ['Ada', 'Grace'])
  assert.equal(findings.map(({ original }) => original).join(''), several)
})

test('what opens reports, and what only heads the parts of one', () => {
  const cases: readonly (readonly [string, number])[] = [
    ['## 1. Summary\nx\n## 2. Impact\ny\n## 3. Fix\nz', 1],
    ['# Overflow\n## Steps 1\nx\n## Steps 2\ny', 1],
    ['# Finding 1: Overflow\nx\n# Finding 2: Leak\ny\n# Conclusion\nz', 2],
    ['## Overflow\n### Impact\nx\n### Fix\ny\n## Leak\n### Impact\nx\n### Fix\ny', 2],
    ['## 1. Overflow\nSeverity: High\n## 2. Leak\nSeverity: Low\n## 3. Appendix\nx', 2],
    ['Title: Overflow\nSeverity: High\n\nTitle: Leak\nSeverity: Low\n', 2],
    ['# Overflow in A\ntext\n# Leak in B\ntext', 1],
    ['# ACME-1: Overflow\nx\n# ACME-2: Leak\ny', 2],
    ['```\n# Finding 1\n# Finding 2\n```', 1],
  ]
  for (const [text, count] of cases) assert.equal(decode(text).length, count, text)
})

test('weaknesses: a label outweighs mentions, a catalogue says nothing', () => {
  const cases: readonly (readonly [string, readonly number[] | undefined])[] = [
    ['# A\nIt is CWE-79, unlike CWE-89.', [79]],
    ['# A\nCWE: CWE-79\n\nSee CWE-20.', [79]],
    ['# A\nCWE: 79\n', [79]],
    ['# A\nCWE-1, CWE-2, CWE-3, CWE-4, CWE-5, CWE-6', undefined],
    ['# A\nThis is not CWE-79.', undefined],
  ]
  for (const [text, wanted] of cases) assert.deepEqual(only(text).cwe, wanted, text)
})

test('exploitation counts when it is said, not when it is feared or denied', () => {
  const yes = ['It is actively exploited.', 'This has been exploited in the wild since May.']
  const no = [
    'We know of no case in which it was exploited in the wild.',
    'It could be actively exploited.',
    'It has not been exploited in the wild.',
    'It can be exploited.',
    'If it is being actively exploited, act.',
  ]
  for (const text of yes) assert.equal(only(`# A\n\n${text}`).exploited, true, text)
  for (const text of no) assert.equal(only(`# A\n\n${text}`).exploited, undefined, text)
})

test('code of the fix and of the flaw is no proof', () => {
  const finding = only(
    '# A\n## Root cause\n```c\nbad();\n```\n## Fix\n```diff\n- bad();\n```\n' +
      '## PoC\n```py\nattack()\n```',
  )
  assert.deepEqual(finding.proofs, [{ language: 'py', text: 'attack()' }])
  const inWords = only('# A\n## Steps to reproduce\n1. Open it\n2. Look\n')
  assert.deepEqual(inWords.proofs, [{ text: '1. Open it\n2. Look' }])
})

test('standing is what the status label says', () => {
  assert.deepEqual(only('# A\nStatus: False positive').standing?.is, 'false-positive')
  assert.deepEqual(only('# A\nStatus: Fixed in 1.2').standing?.is, 'fixed')
  assert.equal(only('# A\nStatus: open').standing, undefined)
})

test('HTML is read as text and kept as it is', () => {
  const html = `<!DOCTYPE html><html><body><h1>Overflow in pear</h1><p>Severity: High</p>
<script>var CWE = "CWE-79"</script><h2>Impact</h2><p>An attacker can crash it.</p></body></html>`
  const finding = only(html)
  assert.equal(finding.title, 'Overflow in pear')
  assert.equal(finding.severity, 'high')
  assert.equal(finding.cwe, undefined)
  assert.equal(finding.original, html)
})

test('any text gives findings with a title and loses none of its characters', () => {
  const piece = fc.constantFrom(
    ...[
      '# A\n',
      '## [H-01] x\n',
      'Severity: High\n',
      '```\n',
      'text ',
      '\r\n',
      '|a|b|\n',
      'CVE-2024-1234 ',
    ],
    ...['## Impact\n', 'Title: y\n', '<html>', '<p>', '\u0000', 'é', '---\n', '> ', 'before 1.2 '],
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const text = pieces.join('')
      const findings = decode(text)
      assert.equal(findings.length === 0, text.trim() === '')
      for (const { title } of findings) assert.notEqual(title, '')
      if (findings.length > 1 && !/<html>/.test(text)) {
        assert.equal(findings.map(({ original }) => original).join(''), text)
      }
    }),
    { numRuns: 500 },
  )
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.ok(proseDecoder.recognise({ kind: 'text', text }) >= 0)
      assert.ok(decode(text).every(({ title }) => title !== ''))
    }),
  )
})

test('a quarter of a megabyte of anything is read in a moment', () => {
  for (const unit of ['# a\n', '## Finding 1\n', '```\n', 'a: b\n', 'a\n---\n', 'CVE-2020-1234 ']) {
    const text = unit.repeat(Math.ceil(250_000 / unit.length))
    const start = performance.now()
    decode(text)
    assert.ok(performance.now() - start < 3000, unit)
  }
})
