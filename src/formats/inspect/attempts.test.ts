import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { sourceOf } from '#formats/zip/source.ts'
import { archiveOf, opened, sampleOf, specOf } from '../../../test/formats/inspect-log.ts'
import { attemptsOf, glanceAt, tableBytesOf } from './attempts.ts'
import { openLog } from './open-log.ts'

const header = { version: 2, status: 'success', eval: specOf(['a', 'b']), plan: {} }
const noise = (): string => randomBytes(100_000).toString('hex')

test('a glance reads the header and the end of a file, no sample and no table', async () => {
  const rows = [{ ...sampleOf('a', 'C'), input: noise() }]
  const bytes = await archiveOf([
    ['header.json', header],
    ['others.json', noise()],
    ['samples/a_epoch_1.json', sampleOf('a', 'C', { store: noise() })],
    ['summaries.json', rows],
    ['last.json', noise()],
  ])
  const whole = sourceOf(bytes)
  const asked: (readonly [number, number])[] = []
  const log = await openLog({
    sizeBytes: whole.sizeBytes,
    read: async (from, length) => {
      asked.push([from, from + length])
      return whole.read(from, length)
    },
  })
  assert.ok(log.ok)
  assert.deepEqual(glanceAt(log.value), { planned: 2, present: 1, remarks: [] })
  assert.ok(tableBytesOf(log.value) > 100_000)
  const samplesAt = bytes.indexOf('samples/', 0, 'latin1')
  const endAt = bytes.length - 0x1_0000 - 22
  const inside = asked.filter(([from, to]) => to > samplesAt && from < endAt)
  assert.deepEqual(inside, [])
})

test('a glance tells what the results are of and the log does not hold', async () => {
  const results = { completed_samples: 2, scores: [{ name: 'm', scorer: 'm', scored_samples: 1 }] }
  const bytes = await archiveOf([
    ['header.json', { ...header, results }],
    ['samples/a_epoch_1.json', sampleOf('a', 'C')],
  ])
  const log = await opened(bytes)
  const glance = glanceAt(log)
  assert.deepEqual(
    glance.remarks.map(({ why, isLost }) => [why.slice(0, 36), isLost]),
    [
      ['1 of 2 planned samples have no score', false],
      ['its results are of 2 samples, and it', true],
    ],
  )
  const { planned, present, remarks } = await attemptsOf(log, { isQuick: true })
  assert.deepEqual({ planned, present, remarks }, glance)
})
