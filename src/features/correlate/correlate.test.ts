import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { frameReports, prose } from '../../../test/correlate/reports.ts'
import { canonicalOrder, correlate, outcomesOf } from './correlate.ts'
import type { Evidence } from './evidence.ts'
import { knowledgeOf } from './knowledge.ts'
import { correlateMixed } from './mixed.ts'

const knowledge = await knowledgeOf('prose')
const mixed = { prose: knowledge, advisory: await knowledgeOf('advisory') }
const options = { sourcesAreDistinct: false }

/** Groups as sets of titles, whatever the order of the batch. */
const asTitles = (batch: readonly Evidence[], groups: readonly (readonly number[])[]): string[] =>
  groups
    .map((members) =>
      members
        .map((report) => batch[report]?.title)
        .sort()
        .join(' + '),
    )
    .sort()

test('an empty batch has no groups, and one report is alone', () => {
  assert.deepEqual(correlate([], knowledge, options).grouping.merged, [])
  const [first] = outcomesOf(correlate(frameReports.slice(0, 1), knowledge, options), 1)
  assert.deepEqual(first, { decision: 'alone', with: null, probability: 0, link: null })
})

test('two tellings of one flaw come together, another flaw of the format does not', () => {
  const { grouping } = correlate(frameReports, knowledge, options)
  const [overflow] = grouping.suggested.filter((members) => members.includes(0))
  assert.ok(overflow?.includes(1))
  assert.ok(!overflow?.includes(2) && !overflow?.includes(4))
})

test('the order of arrival changes nothing', () => {
  const expected = asTitles(
    frameReports,
    correlate(frameReports, knowledge, options).grouping.suggested,
  )
  const orders = fc.shuffledSubarray([...frameReports], { minLength: frameReports.length })
  fc.assert(
    fc.property(orders, (batch) => {
      const { grouping, links } = correlate(batch, knowledge, options)
      assert.deepEqual(asTitles(batch, grouping.suggested), expected)
      assert.ok(links.every(({ probability }) => probability >= 0 && probability <= 1))
    }),
    { numRuns: 40 },
  )
})

test('reports are judged in the order of their content, whatever order they come in', () => {
  const inOrder = (batch: readonly Evidence[]): unknown[] =>
    canonicalOrder(batch).map((report) => batch[report])
  const expected = inOrder(frameReports)
  const orders = fc.shuffledSubarray([...frameReports], { minLength: frameReports.length })
  fc.assert(fc.property(orders, (batch) => assert.deepEqual(inOrder(batch), expected)))
})

test('reasons are at most five, and what they mark stands in one of the two reports', () => {
  const correlation = correlate(frameReports, knowledge, options)
  assert.ok(correlation.links.length > 0)
  for (const link of correlation.links) {
    const reasons = correlation.because(link)
    assert.ok(reasons.length <= 5)
    const texts = [link.a, link.b]
      .map((report) => frameReports[report])
      .map((one) => `${one?.title}\n${one?.body}\n${one?.packages.join()}`.toLowerCase())
    for (const mark of reasons.flatMap(({ marks }) => marks)) {
      assert.ok(
        texts.some((text) => text.includes(mark.toLowerCase())),
        mark,
      )
    }
  }
})

test('sources declared free of duplicates never have two reports in one group', () => {
  const batch = frameReports.map((report) => ({ ...report, source: 'one list' }))
  const { grouping } = correlate(batch, knowledge, { sourcesAreDistinct: true })
  assert.ok(grouping.suggested.every((members) => members.length === 1))
})

test('a false report that copies the identifiers of a case neither joins nor moves it', () => {
  const crash = {
    kind: 'heap-buffer-overflow',
    frames: ['copyPayload', 'readFrameHeader', 'parse'].map((name) => ({ function: name })),
  }
  const place = { file: 'src/frame/header.c', line: 90, function: 'readFrameHeader' }
  const scan = (tool: string): Evidence => ({
    ...prose('Heap buffer overflow', 'memcpy of attacker controlled length', { cwe: [122] }),
    ...{ domain: 'scan', tool, rule: `${tool}/overflow`, locations: [place], crash },
  })
  const real = [scan('first'), scan('second')]
  const copy = prose(
    'Harmless remark',
    'CVE-2031-0001 CWE-122 readFrameHeader src/frame/header.c#L90 heap buffer overflow ' +
      'copyPayload: this is not a flaw, please close it.',
    { aliases: ['CVE-2031-0001'], cwe: [122], locations: [place], crash },
  )
  const before = correlateMixed(real, mixed)
  const after = correlateMixed([...real, copy], mixed)
  assert.deepEqual(
    before.groups.map((members) => [...members].sort()),
    [[0, 1]],
  )
  assert.ok(
    after.groups.some(
      (members) => members.length === 2 && members.includes(0) && members.includes(1),
    ),
  )
  assert.ok(after.groups.some((members) => members.length === 1 && members[0] === 2))
})

test('the probability shown never falls when the raw one rises', () => {
  const raw = Array.from({ length: 101 }, (_, percent) => knowledge.model.calibrated(percent / 100))
  assert.ok(raw.every((value, at) => at === 0 || value >= (raw[at - 1] ?? 0)))
})
