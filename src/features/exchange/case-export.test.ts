import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { CasePage } from '#features/case/case-page.store.ts'
import type { CaseReport } from '#features/case/report-row.store.ts'
import { commonLabel } from '#features/label/label.ts'
import { shownLabel } from '#features/label/shown.ts'
import { noMarker } from '#features/label/watermark.ts'
import { csafDecoder } from '#formats/csaf/decode.ts'
import type { Finding } from '#formats/finding/finding.ts'
import { isObject } from '#formats/json/reader.ts'
import { osvDecoder } from '#formats/osv/decode.ts'
import { Budget } from '#platform/files/bytes.ts'
import { defaultLimits } from '#platform/files/input.ts'
import { membersOf } from '#platform/files/zip.ts'
import type { ExportedCase } from './case-export.ts'
import { csafDraft } from './case-export-csaf.ts'
import { mailDraft } from './case-export-mail.ts'
import { markdownOf } from './case-export-markdown.ts'
import { osvDraft } from './case-export-osv.ts'
import { zipArchive } from './case-export-zip.ts'

const now = new Date('2026-11-21T12:00:00Z')

const finding: Finding = {
  ...{ at: { pointer: '/0' }, title: 'Overflow in tf_read', original: null },
  details: 'The length is read as a signed number.',
  cvss: ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H'],
  components: [
    { name: 'kestrel', ecosystem: 'npm', ranges: [{ introduced: '1.0.0', fixed: '1.4.2' }] },
    { name: 'hearthd' },
  ],
  references: ['https://example.org/1', 'javascript:alert(1)'],
  proofs: [{ text: 'printf x' }],
}

const report = (title: string, more: Partial<Finding> = {}): CaseReport => ({
  ...{ id: 'report_aaaaaaaa', receipt: 'r', title, severity: 'high', finders: ['Heron'] },
  ...{ organisation: 'Heron Lab', receivedAt: now.toISOString(), lastSeenAt: null, goneAt: null },
  ...{ format: 'sarif', document: 'scan.json', at: '/0', finding: { ...finding, ...more, title } },
  ...{
    isProofWithheld: false,
    payloadDestroyedAt: null,
    attachments: [],
    how: 'first',
    probability: null,
    with: null,
    because: [],
    origins: [],
  },
})

const page = (title: string): CasePage => ({
  ...{
    id: 'case_aaaaaaaa',
    title,
    severity: 'high',
    band: 'soon',
    decision: 'out-of-cycle',
  },
  ...{ status: 'open', verdict: 'open', evidence: 'E2', assignee: null, packages: ['kestrel'] },
  ...{ aliases: ['CVE-2031-1111', 'GHSA-aaaa-bbbb-cccc'], reports: 1, finders: 1 },
  ...{ isExploited: false, isPublic: false, suggestions: 0, goneAt: null, version: 1 },
  ...{ label: shownLabel(commonLabel), banner: shownLabel({ ...commonLabel, tlp: 'red' }) },
  ...{ firstReportedAt: now.toISOString(), lastReportedAt: now.toISOString(), mergedInto: null },
  ...{ edited: [], hold: null, weaknesses: [{ id: 787, name: 'Out-of-bounds Write' }] },
  credits: [{ name: title, reports: 1, firstAt: now.toISOString() }],
  ...{ components: [], known: [], relations: [], reportList: [], isReportListCut: false },
  priority: {
    ...{ deployer: 'out-of-cycle', coordinator: 'Attend', inputs: [], rules: [] },
    directive: { row: 3, deadline: '14 days' },
  },
  ...{ openSuggestions: [], history: [], notes: [] },
})

const exported = (title: string, more: Partial<Finding> = {}): ExportedCase => ({
  ...{ page: page(title), reports: [report(title, more)], now },
  ...{ by: { person: title, instance: 'Parley of the North' }, mark: noMarker },
})

const hostile = [
  'x\r\nBcc: everybody@example.org',
  'x\nSubject: other',
  '=?UTF-8?B?eA==?=',
  '\u202Egnp.exe',
  'ü'.repeat(200),
  '<script>alert(1)</script> ![x](http://e) [y](javascript:z) `c` # h',
  '| a | b |',
]

for (const text of hostile) {
  test(`a title of ${JSON.stringify(text.slice(0, 30))} stays inside its header`, () => {
    const [head = '', body = ''] = mailDraft(exported(text)).split('\r\n\r\n', 2)
    const names = head.split(/\r\n(?! )/).map((line) => line.split(':')[0])
    const known = ['X-Unsent', 'Date', 'From', 'To', 'Subject', 'MIME-Version', 'Content-Type']
    assert.deepEqual(names, [...known, 'Content-Transfer-Encoding'])
    assert.match(head, /^[\x20-\x7e\r\n]*$/)
    for (const line of head.split('\r\n')) assert.ok(line.length <= 76, line)
    assert.match(body, /^[A-Za-z0-9+/=\r\n]*$/)
  })

  test(`a title of ${JSON.stringify(text.slice(0, 30))} makes no markup`, () => {
    const lines = markdownOf(exported(text, { details: '```\n<b>' })).split('\n')
    const open = outsideFences(lines)
    assert.doesNotMatch(open, /<[a-z!/]/i)
    assert.doesNotMatch(open, /(^|[^\\])(!?\[|\]\()/m)
    assert.equal(open.split('\n').filter((line) => line.startsWith('# ')).length, 1)
  })
}

/** What stands outside fenced blocks. */
function outsideFences(lines: readonly string[]): string {
  let fence = ''
  return lines
    .filter((line) => {
      const [own = ''] = /^`{3,}/.exec(line) ?? []
      const isFence = fence === '' ? own !== '' : line === fence
      if (isFence) fence = fence === '' ? own : ''
      return !isFence && fence === ''
    })
    .join('\n')
}

test('the mail reads as it was written', () => {
  const [, body = ''] = mailDraft(exported('Überlauf in tf_read')).split('\r\n\r\n', 2)
  const text = Buffer.from(body, 'base64').toString('utf8')
  assert.match(text, /What: {6}Überlauf in tf_read\r\n/)
  assert.match(text, /> The length is read as a signed number\./)
  assert.match(text, /kestrel \(npm\) from 1\.0\.0 before 1\.4\.2/)
  assert.doesNotMatch(text, /javascript:/)
})

test('our own decoder reads the OSV draft without a problem, and what it says is the case', () => {
  const value = osvDraft(exported('Overflow in tf_read'))
  const decoded = osvDecoder.decode({ kind: 'json', value, text: '' })
  assert.deepEqual(decoded.problems, [])
  const [found] = decoded.findings
  assert.equal(found?.title, 'Overflow in tf_read')
  assert.equal(found?.nativeId, 'x_case_aaaaaaaa')
  assert.deepEqual(
    found?.aliases?.filter((id) => !/^x_/i.test(id)),
    ['CVE-2031-1111', 'GHSA-aaaa-bbbb-cccc'],
  )
  assert.deepEqual(found?.components?.[0]?.ranges, [{ introduced: '1.0.0', fixed: '1.4.2' }])
  assert.deepEqual(found?.cvss, finding.cvss)
})

test('our own decoder reads the CSAF draft without a problem, and what it says is the case', () => {
  const value = csafDraft(exported('Overflow in tf_read'))
  const decoded = csafDecoder.decode({ kind: 'json', value, text: '' })
  assert.deepEqual(decoded.problems, [])
  const [found] = decoded.findings
  assert.equal(found?.title, 'Overflow in tf_read')
  assert.ok(found?.aliases?.includes('CVE-2031-1111'))
  assert.deepEqual(found?.cwe, [787])
  assert.deepEqual(found?.cvss, finding.cvss)
})

/** Members that the schema of CSAF 2.0 requires (section 3.2), by their paths. */
const required = [
  ...['category', 'csaf_version', 'title'].map((name) => `document/${name}`),
  ...['category', 'name', 'namespace'].map((name) => `document/publisher/${name}`),
  ...['id', 'status', 'version', 'initial_release_date', 'current_release_date'].map(
    (name) => `document/tracking/${name}`,
  ),
  ...['date', 'number', 'summary'].map((name) => `document/tracking/revision_history/0/${name}`),
]

for (const path of required) {
  test(`the CSAF draft has ${path}`, () => {
    let value: unknown = csafDraft(exported('Overflow'))
    for (const step of path.split('/')) {
      value = isObject(value) || Array.isArray(value) ? Reflect.get(value, step) : undefined
    }
    assert.equal(typeof value, 'string')
    assert.notEqual(value, '')
  })
}

async function* filesOf(files: readonly { name: string; content: string }[]) {
  yield* files
}

async function archiveOf(files: readonly { name: string; content: string }[], max?: number) {
  const pieces: Uint8Array[] = []
  for await (const piece of zipArchive(filesOf(files), max)) pieces.push(piece)
  const found = new Map<string, string>()
  for await (const member of membersOf(
    Buffer.concat(pieces),
    defaultLimits,
    new Budget(defaultLimits),
  )) {
    assert.ok('chunks' in member, JSON.stringify(member))
    const own: Uint8Array[] = []
    for await (const chunk of member.chunks) own.push(chunk)
    found.set(member.name, Buffer.concat(own).toString('utf8'))
  }
  return found
}

test('an archive gives back what was put in, under names that lead nowhere', async () => {
  const found = await archiveOf([
    { name: 'README.txt', content: 'read me' },
    { name: 'attachments/r/../../../etc/passwd', content: 'x' },
    { name: 'attachments/r/CON.txt', content: 'y' },
    { name: 'attachments/r/a\u202Egnp.exe', content: 'z' },
    { name: 'readme.TXT', content: 'again' },
  ])
  assert.deepEqual(
    [...found],
    [
      ['README.txt', 'read me'],
      ['attachments/r/_/_/_/etc/passwd', 'x'],
      ['attachments/r/_CON.txt', 'y'],
      ['attachments/r/a_gnp.exe', 'z'],
      ['readme-2.TXT', 'again'],
    ],
  )
})

test('what does not fit is named', async () => {
  const big = { name: 'big.bin', content: 'x'.repeat(5_000) }
  const found = await archiveOf([{ name: 'small.txt', content: 's' }, big], 1_000)
  assert.deepEqual([...found.keys()], ['small.txt', 'LEFT-OUT.txt'])
  assert.equal(found.get('LEFT-OUT.txt'), 'big.bin\n')
})

test('whatever the contents, an archive reads back', async () => {
  const content = fc.string({ unit: 'binary' })
  await fc.assert(
    fc.asyncProperty(fc.array(content, { maxLength: 6 }), async (all) => {
      const files = all.map((text, at) => ({ name: `f/${at}`, content: text }))
      const found = await archiveOf(files)
      const written = all.map((text) => Buffer.from(text).toString('utf8'))
      assert.deepEqual([...found.values()], written)
    }),
    { numRuns: 50 },
  )
})
