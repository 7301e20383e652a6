import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Finding } from '#formats/finding/finding.ts'
import { attachmentsOf } from './attachments.ts'
import { mailDecoder } from './decode.ts'

const decode = (text: string): readonly Finding[] =>
  mailDecoder.decode({ kind: 'text', text }).findings

const only = (text: string): Finding => {
  const [finding, ...others] = decode(text)
  assert.ok(finding)
  assert.equal(others.length, 0)
  return finding
}

const head = (fields: Record<string, string> = {}): string =>
  Object.entries({
    From: 'Ada Lovelace <ada@example.org>',
    To: 'security@example.com',
    Subject: 'Heap overflow in pear_read_row',
    Date: 'Fri, 1 Mar 2024 10:20:30 +0200',
    'Message-ID': '<one@example.org>',
    ...fields,
  })
    .map(([name, value]) => `${name}: ${value}\n`)
    .join('')

const body = `Hello,

I found a heap overflow in libpear before 1.4.2: pear_read_row() in src/read.c:118
trusts the width of the header. An attacker can run code.

Severity: High

Regards,
Ada
--${' '}
Ada Lovelace, Analytical Engines
tel 123
`

const multipart = (type: string, parts: readonly string[]): string =>
  `${head({ 'Content-Type': `multipart/${type}; boundary="b"` })}\npreamble\n` +
  `${parts.map((part) => `--b\n${part}`).join('\n')}\n--b--\nepilogue\n`

test('bodies are decoded whatever their encoding and charset', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['text/plain; charset=utf-8', 'quoted-printable\n\nsmall=\n er =C3=A9', 'small er é'],
    ['text/plain; charset=iso-8859-1', 'quoted-printable\n\n=E9', 'é'],
    ['text/plain; charset=utf-8', 'base64\n\nw6kg\nw6k=', 'é é'],
    ['text/plain; charset=nonsense', 'base64\n\n6Q==', 'é'],
    ['text/plain; charset=shift_jis', 'base64\n\ng2U=', 'テ'],
    ['text/plain; charset=iso-2022-jp', '7bit\n\n\u001b$B$F\u001b(B', 'て'],
    ['text/plain; format=flowed', '7bit\n\none \ntwo\nthree', 'one two\nthree'],
    ['text/plain; format=flowed; delsp=yes', '7bit\n\none \ntwo', 'onetwo'],
    ['text/html', '7bit\n\n<p>one</p><script>no</script><p>two</p>', 'one\n\ntwo'],
    ['text/plain', 'quoted-printable\n\na = b =ZZ', 'a = b =ZZ'],
  ]
  for (const [type, rest, wanted] of cases) {
    const part = `Content-Type: ${type}\nContent-Transfer-Encoding: ${rest}`
    const details = only(multipart('mixed', [part])).details ?? ''
    assert.ok(details.endsWith(wanted), `${part} gave ${JSON.stringify(details)}`)
  }
})

test('of alternatives the plain text is read, unless it says little', () => {
  const plain = `Content-Type: text/plain\n\n${body}`
  const html = 'Content-Type: text/html\n\n<p>HTML side of the report</p>'
  assert.ok(only(multipart('alternative', [plain, html])).details?.includes('heap overflow'))
  const said = 'An attacker can overflow the heap. '.repeat(10)
  const long = `Content-Type: text/html\n\n<p>${said}</p>`
  const poor = 'Content-Type: text/plain\n\nSee the HTML part.'
  assert.ok(only(multipart('alternative', [poor, long])).details?.includes('An attacker can'))
})

test('attachments are proofs, signatures are not', () => {
  const text = multipart('mixed', [
    `Content-Type: text/plain\n\n${body}`,
    'Content-Type: text/x-patch; name="fix.patch"\nContent-Disposition: attachment\n\n- a\n+ b',
    'Content-Type: application/octet-stream; name="poc.pear"\n' +
      'Content-Transfer-Encoding: base64\n\nAAEC',
    'Content-Type: application/pgp-signature; name="signature.asc"\n\nxxx',
    'Content-Type: application/json\n' +
      "Content-Disposition: attachment; filename*=utf-8''r%C3%A9sum%C3%A9.json\n\n{}",
  ])
  const finding = only(text)
  assert.deepEqual(finding.proofs, [
    { language: 'diff', text: '- a\n+ b' },
    { text: '[attached file poc.pear, application/octet-stream, 3 bytes]' },
    { language: 'json', text: '{}' },
  ])
  assert.deepEqual(
    attachmentsOf(text).map(({ name, contentType, bytes }) => [
      name,
      contentType,
      [...bytes].length,
    ]),
    [
      ['fix.patch', 'text/x-patch', 7],
      ['poc.pear', 'application/octet-stream', 3],
      ['résumé.json', 'application/json', 2],
    ],
  )
})

test('names of attachments carry no path', () => {
  const text = multipart('mixed', [
    'Content-Type: text/x-log; name="../../etc/pass\u202ewd"\nContent-Disposition: attachment\n\nx',
  ])
  assert.deepEqual(
    attachmentsOf(text).map(({ name }) => name),
    ['passwd'],
  )
})

test('a report may come as an attached file', () => {
  const finding = only(
    multipart('mixed', [
      'Content-Type: text/plain\n\nPlease see the attached report.',
      `Content-Type: text/markdown; name="report.md"
Content-Disposition: attachment

# Overflow

**Severity:** High

## Impact

An attacker can run code.

## Proof of Concept

x
`,
    ]),
  )
  assert.equal(finding.severity, 'high')
})

test('a sanitizer log may come as an attached file', () => {
  const log = `==7==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x602000000014
READ of size 4 at 0x602000000014 thread T0
    #0 0x4f1a2b in pear_read_row /src/read.c:41:9`
  const finding = only(
    multipart('mixed', [
      `Content-Type: text/plain\n\n${body}`,
      `Content-Type: text/plain; name="asan.txt"\nContent-Disposition: attachment\n\n${log}`,
    ]),
  )
  assert.equal(finding.crash?.kind, 'heap-buffer-overflow')
})

test('deep nesting, many parts and broken boundaries end', () => {
  let nested = 'Content-Type: text/plain\n\ndeep'
  for (let depth = 0; depth < 60; depth++) {
    const mark = `--x${depth}`
    nested = `Content-Type: multipart/mixed; boundary=x${depth}\n\n${mark}\n${nested}\n${mark}--`
  }
  assert.equal(decode(`${head()}${nested}`).length, 1)
  const many = multipart(
    'mixed',
    Array.from({ length: 2000 }, () => 'Content-Type: a/b\n\nx'),
  )
  assert.ok((only(many).proofs?.length ?? 0) <= 100)
  assert.equal(
    decode(`${head({ 'Content-Type': 'multipart/mixed; boundary="b"' })}\nno parts`).length,
    1,
  )
})
