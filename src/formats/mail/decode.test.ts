import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
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

test('other texts are no mail', () => {
  const cases: readonly string[] = [
    '',
    'Title: x\nSeverity: High\n',
    '# Report\nFrom: a\n',
    'From here on it is prose: and\nmore',
    'name: x\nversion: 1\n',
    'Subject: x\n\ntext',
    'From the beginning, 2024 was a good year\n',
    `From ${'0a'.repeat(20)} Mon Sep 17 00:00:00 2001\nFrom: A <a@b>\nSubject: [PATCH] x\n`,
    ' Subject: x\nFrom: y\n',
  ]
  for (const text of cases) assert.equal(mailDecoder.recognise({ kind: 'text', text }), 0, text)
  assert.equal(mailDecoder.recognise({ kind: 'text', text: `${head()}\n${body}` }), 3)
  assert.equal(mailDecoder.recognise({ kind: 'json', value: {}, text: head() }), 0)
})

test('a mail is a report by its sender', () => {
  const finding = only(`${head()}\n${body}`)
  assert.equal(finding.title, 'Heap overflow in pear_read_row')
  assert.deepEqual(finding.finders, ['Ada Lovelace <ada@example.org>'])
  assert.equal(finding.published, '2024-03-01T10:20:30+02:00')
  assert.equal(finding.nativeId, 'one@example.org')
  assert.equal(finding.severity, 'high')
  assert.deepEqual(finding.components, [{ name: 'libpear', ranges: [{ fixed: '1.4.2' }] }])
  assert.deepEqual(finding.locations, [{ file: 'src/read.c', line: 118 }])
  assert.ok(finding.details?.startsWith('Hello,'))
  assert.ok(!finding.details?.includes('Analytical Engines'), 'the signature is left out')
  assert.equal(finding.original, `${head()}\n${body}`)
})

test('subjects lose what programs and lists put in front', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['Re: [pear-security] Fwd: Overflow', 'Overflow'],
    ['AW: WG: Overflow', 'Overflow'],
    ['Re[2]: Overflow', 'Overflow'],
    ['[CVE-2024-1111] Overflow', '[CVE-2024-1111] Overflow'],
    ['=?utf-8?Q?=C3=9Cberlauf?= in pear', 'Überlauf in pear'],
    ['=?utf-8?B?w5xi?= =?utf-8?B?ZXJsYXVm?=', 'Überlauf'],
    ['=?iso-8859-1?Q?=DCberlauf?=', 'Überlauf'],
    ['=?utf-8?Q?broken', '=?utf-8?Q?broken'],
  ]
  for (const [subject, wanted] of cases) {
    assert.equal(only(`${head({ Subject: subject })}\n${body}`).title, wanted, subject)
  }
})

test('a message without sign of a report is kept and says so', () => {
  const text = `${head({ Subject: 'Lunch on Friday' })}\nPizza at noon?\n`
  const { findings, problems } = mailDecoder.decode({ kind: 'text', text })
  assert.equal(findings[0]?.title, 'Lunch on Friday')
  assert.match(findings[0]?.details ?? '', /no sign of being a vulnerability report/)
  assert.equal(findings[0]?.severity, undefined)
  assert.deepEqual(
    problems.map(({ code, lost, line }) => [code, lost, line]),
    [['bad-value', false, 1]],
  )
})

const multipart = (type: string, parts: readonly string[]): string =>
  `${head({ 'Content-Type': `multipart/${type}; boundary="b"` })}\npreamble\n` +
  `${parts.map((part) => `--b\n${part}`).join('\n')}\n--b--\nepilogue\n`

test('a clear-signed body loses its armour; an encrypted one is said to be so', () => {
  const signed = `-----BEGIN PGP SIGNED MESSAGE-----
Hash: SHA256

${body.replace('-- \n', '- -- \n')}
-----BEGIN PGP SIGNATURE-----

iQIz
-----END PGP SIGNATURE-----
`
  const finding = only(`${head()}\n${signed}`)
  assert.ok(!finding.details?.includes('PGP'))
  assert.equal(finding.severity, 'high')
  const { problems } = mailDecoder.decode({
    kind: 'text',
    text: `${head()}\n-----BEGIN PGP MESSAGE-----\n\nhQEM\n-----END PGP MESSAGE-----\n`,
  })
  assert.match(problems[0]?.why ?? '', /encrypted/)
})

test('a forward is about the message below it', () => {
  const finding = only(`${head({ From: 'Office <office@example.com>', Subject: 'Fwd: a bug' })}
FYI

---------- Forwarded message ---------
From: Ada Lovelace <ada@example.org>
Date: Thu, 29 Feb 2024 08:00:00 +0000
Subject: Heap overflow in pear
To: <office@example.com>

${body}`)
  assert.equal(finding.title, 'Heap overflow in pear')
  assert.deepEqual(finding.finders, ['Ada Lovelace <ada@example.org>'])
  assert.equal(finding.published, '2024-02-29T08:00:00Z')
})

const mailbox = (messages: readonly string[]): string =>
  messages.map((one) => `From ada@example.org Fri Mar  1 10:20:30 2024\n${one}\n\n`).join('')

const reply = `${head({
  From: 'Maintainer <m@example.com>',
  Subject: 'Re: Heap overflow in pear_read_row',
  'Message-ID': '<two@example.com>',
  'In-Reply-To': '<one@example.org>',
  Date: 'Sat, 2 Mar 2024 00:00:00 GMT',
})}
This has been assigned CVE-2024-5555. Unlike CVE-2020-1111 it is easy to fix.

On Fri, Mar 1, 2024 at 10:20 Ada Lovelace <ada@example.org> wrote:
> I found a heap overflow in libpear.
`

test('answers add to the finding that they answer', () => {
  const text = mailbox([`${head()}\n${body}`, reply])
  const finding = only(text)
  assert.deepEqual(finding.finders, ['Ada Lovelace <ada@example.org>'])
  assert.deepEqual(finding.aliases, ['CVE-2024-5555'])
  assert.deepEqual(finding.related, ['CVE-2020-1111'])
  assert.ok(
    finding.details?.includes('Maintainer <m@example.com> answered on 2024-03-02T00:00:00Z'),
  )
  assert.ok(!finding.details?.includes('> I found'))
  assert.equal(finding.original, text)
})

test('conversations are told apart by ids first and subjects second', () => {
  const other = head({ Subject: 'Leak in plum', 'Message-ID': '<three@x>' })
  const bare = head({ Subject: 'Re: Leak in plum', 'Message-ID': '<four@x>' })
  const orphan = head({
    Subject: 'Re: Nobody asked',
    'Message-ID': '<five@x>',
    'In-Reply-To': '<gone@x>',
  })
  const text = mailbox([
    reply,
    `${other}\nIt leaks.`,
    `${bare}\nYes.`,
    `${head()}\n${body}`,
    `${orphan}\nHm.`,
  ])
  const findings = decode(text)
  const lines = text.split('\n')
  assert.deepEqual(
    findings.map(({ title }) => title),
    ['Leak in plum', 'Heap overflow in pear_read_row', 'Nobody asked'],
  )
  for (const { at } of findings) assert.match(lines[(at.line ?? 0) - 1] ?? '', /^From ada@/)
})

test('ids that answer each other in a circle end', () => {
  const a = head({ Subject: 'A', 'Message-ID': '<a@x>', 'In-Reply-To': '<b@x>' })
  const b = head({ Subject: 'B', 'Message-ID': '<b@x>', 'In-Reply-To': '<a@x>' })
  assert.equal(decode(mailbox([`${a}\nx`, `${b}\ny`])).length >= 1, true)
})

test('a separator counts behind an empty line only, and escapes are undone', () => {
  const text = mailbox([
    `${head()}\nFirst.\nFrom ada@example.org Fri Mar  1 10:20:30 2024 it began.\n\n>From here on.`,
  ])
  const finding = only(text)
  assert.ok(finding.details?.includes('\nFrom here on.'))
})

test('a reply alone in a file is read by its quote', () => {
  const fields = { From: 'M <m@example.com>', Subject: 'Re: Overflow', 'In-Reply-To': '<gone@x>' }
  const text = `${head(fields)}
Thanks, we look into it.

On Fri, Ada wrote:
> I found a heap overflow in libpear before 1.4.2. An attacker can run code.
> See CVE-2024-1111.
`
  const finding = only(text)
  assert.deepEqual(finding.components?.[0]?.ranges, [{ fixed: '1.4.2' }])
  assert.equal(finding.finders, undefined)
})

test('footers of lists are no part of the report', () => {
  const finding = only(`${head()}\n${body.split('--')[0]}
_______________________________________________
Pear mailing list
https://lists.example.org/listinfo/pear
`)
  assert.ok(!finding.details?.includes('mailing list'))
})

test('any text is answered, whatever was cut from a real one', () => {
  const mail = mailbox([
    `${head()}\n${body}`,
    reply,
    multipart('mixed', [`Content-Type: text/html\n\n<p>x</p>`]),
  ])
  fc.assert(
    fc.property(
      fc.nat(),
      fc.nat({ max: 200 }),
      fc.string({ unit: 'binary', maxLength: 20 }),
      (at, length, filler) => {
        const from = at % mail.length
        const text = mail.slice(0, from) + filler + mail.slice(from + length)
        assert.ok(decode(text).every(({ title }) => title !== ''))
        attachmentsOf(text)
      },
    ),
    { numRuns: 400 },
  )
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.ok(mailDecoder.recognise({ kind: 'text', text }) >= 0)
      assert.ok(decode(text).every(({ title }) => title !== ''))
    }),
  )
})

test('a mailbox loses no character', () => {
  const text = mailbox([
    `${head()}\n${body}`,
    `${head({ 'Message-ID': '<x@y>', Subject: 'Z' })}\nz`,
  ])
  assert.equal(
    decode(text)
      .map(({ original }) => original)
      .join(''),
    text,
  )
})

test('a quarter of a megabyte of anything is read in a moment', () => {
  const units = [
    'a',
    'A: b\n',
    ' \n',
    '--b\n',
    '> ',
    '=\n',
    '=?utf-8?Q?a?= ',
    'On x wrote:\n> y\n',
    `${'_'.repeat(40)}\n`,
    '-- \n',
  ]
  for (const unit of units) {
    const filler = unit.repeat(Math.ceil(250_000 / unit.length))
    for (const text of [
      `${head()}${filler}`,
      `${head()}\n${filler}`,
      multipart('mixed', [filler]),
    ]) {
      const start = performance.now()
      decode(text)
      assert.ok(performance.now() - start < 4000, JSON.stringify(unit))
    }
  }
})
