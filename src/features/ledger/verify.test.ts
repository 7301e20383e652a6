import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { signerOf } from '#formats/tlog/note.ts'
import { decodeBundle, encodeBundle } from '#formats/tlog/tile.ts'
import { entryOf } from '../../../test/db/ledger.ts'
import { type Files, folderOf, ledgerOf } from '../../../test/db/ledger-folder.ts'
import { type SealedEntry, sealEntry } from './entry.ts'
import { checkpointPath, fieldsPath } from './ledger-folder.ts'
import { verifyLedger } from './verify.ts'

const size = 600
const entries: readonly SealedEntry[] = Array.from({ length: size }, (_, at) =>
  sealEntry({ ...entryOf(at), reason: `reason ${at}` }),
)
const whole = ledgerOf(entries)

type Found = { readonly at: string | undefined; readonly index?: number; readonly why: string }

/** Everything that is told of a folder: one refusal, or its problems. */
async function found(files: Files, since?: Buffer): Promise<readonly Found[]> {
  const report = await verifyLedger({ folder: folderOf(files), ...(since && { since }) })
  if (report.ok) return report.value.problems
  const { at, why } = report.refusal
  return [{ at, why }]
}

const changed = (path: string, change: (bytes: Buffer) => Buffer | null): Files => {
  const files = new Map(whole)
  const bytes = change(Buffer.from(whole.get(path) ?? Buffer.alloc(0)))
  if (bytes === null) files.delete(path)
  else files.set(path, bytes)
  return files
}

const flipped = (bytes: Buffer, place: number, bit: number): Buffer => {
  bytes[place] = (bytes[place] ?? 0) ^ (1 << bit)
  return bytes
}

const note = (files: Files): Buffer => files.get(checkpointPath) ?? Buffer.alloc(0)
const said = (problems: readonly Found[]): string =>
  problems.map(({ at, index, why }) => `${at} ${index ?? ''}: ${why}`).join('\n')

describe('a ledger that was tampered with', () => {
  for (const path of whole.keys()) {
    test(`is told by the file: any bit flipped in ${path}`, async () => {
      const bytes = whole.get(path) ?? Buffer.alloc(0)
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 0, max: bytes.length - 1 }),
          fc.integer({ min: 0, max: 7 }),
          async (place, bit) => {
            const problems = await found(changed(path, (own) => flipped(own, place, bit)))
            assert.ok(problems.length > 0, 'something is told')
            // With another key, the checkpoint is what does not fit.
            const places = path === 'key' ? ['key', checkpointPath] : [path]
            for (const { at } of problems) assert.ok(places.includes(at ?? ''), said(problems))
          },
        ),
        { numRuns: 15 },
      )
    })

    test(`is told by the file: ${path} missing, empty, cut or longer`, async () => {
      for (const change of [
        () => null,
        () => Buffer.alloc(0),
        (own: Buffer) => own.subarray(0, -1),
        (own: Buffer) => Buffer.concat([own, Buffer.from('x')]),
      ]) {
        const problems = await found(changed(path, change))
        assert.ok(
          problems.some(({ at }) => at === path),
          `${path}: ${said(problems)}`,
        )
      }
    })
  }

  test('is told by the entry: one byte of one of them', async () => {
    for (const index of [0, 255, 256, 599]) {
      const path = `tile/entries/${['000', '001', '002.p/88'][Math.floor(index / 256)]}`
      const files = changed(path, (own) => {
        const held = decodeBundle(own) ?? []
        const entry = held[index % 256]
        assert.ok(entry)
        entry[30] = (entry[30] ?? 0) ^ 1
        return own
      })
      const problems = await found(files)
      assert.ok(problems.length > 0)
      for (const problem of problems) assert.deepEqual([problem.at, problem.index], [path, index])
    }
  })

  test('is told by the entry: a hash of the tree', async () => {
    const [problem, ...others] = await found(
      changed('tile/0/001', (own) => flipped(own, 32 * 7, 0)),
    )
    assert.deepEqual([problem?.at, problem?.index, others], ['tile/0/001', 263, []])
  })

  test('is told by the entry: two entries in each other’s place', async () => {
    const files = changed('tile/entries/000', (own) => {
      const held = decodeBundle(own) ?? []
      const [one, other] = [held[3], held[9]]
      assert.ok(one && other)
      return encodeBundle(held.with(3, other).with(9, one))
    })
    const places = (await found(files)).filter(({ at }) => at === 'tile/entries/000')
    assert.deepEqual([...new Set(places.map(({ index }) => index))], [3, 9])
  })

  test('is told by the entry: what lies beside two entries exchanged', async () => {
    const files = changed(fieldsPath(0), (own) => {
      const lines = own.toString().split('\n')
      const swapped = [lines[1]?.replace('1', '0'), lines[0]?.replace('0', '1'), ...lines.slice(2)]
      return Buffer.from(swapped.join('\n'))
    })
    const problems = await found(files)
    assert.ok(problems.length > 0)
    assert.deepEqual([...new Set(problems.map(({ index }) => index))], [0, 1])
  })

  test('is told when an entry was dropped and everything after it moved up', async () => {
    const without = ledgerOf(entries.toSpliced(40, 1))
    without.set(checkpointPath, note(whole))
    assert.ok((await found(without)).length > 0)
  })

  test('is told when it was written again and signed again: it is not the one kept', async () => {
    const forged = sealEntry({ ...entryOf(40), reason: 'another' })
    const fork = ledgerOf([...entries.with(40, forged), forged])
    assert.deepEqual(await found(fork), [])
    const [problem] = await found(fork, note(whole))
    assert.match(problem?.why ?? '', /another history: the first 600 entries/)
  })

  test('is told when it was rolled back behind what was kept', async () => {
    const [problem] = await found(ledgerOf(entries.slice(0, 500)), note(whole))
    assert.match(problem?.why ?? '', /rolled back: 600 entries were signed before, these are 500/)
  })

  test('is told when the same number of entries was signed twice', async () => {
    const other = ledgerOf(entries.with(599, sealEntry(entryOf(1))))
    assert.match((await found(other, note(whole)))[0]?.why ?? '', /another history/)
  })

  test('is told when a checkpoint of another tree was put in', async () => {
    const other = ledgerOf(entries.with(3, sealEntry(entryOf(1))))
    const problems = await found(changed(checkpointPath, () => note(other)))
    assert.match(problems[0]?.why ?? '', /neither the entries nor the tiles lead to its root/)
  })

  test('is told when files lie in it that are none of its own', async () => {
    const files = new Map(whole).set('tile/0/003', Buffer.alloc(32))
    assert.deepEqual(
      (await found(files)).map(({ at }) => at),
      ['tile/0/003'],
    )
  })

  test('is refused when it is signed by a key other than the one that was given', async () => {
    const key = signerOf('parley-ledger/test', Buffer.alloc(32, 6))
    const report = await verifyLedger({ folder: folderOf(whole), key })
    assert.match(report.ok ? '' : report.refusal.why, /not signed by parley-ledger/)
  })

  test('is refused when the older checkpoint is none of this log', async () => {
    assert.match((await found(whole, Buffer.from('x')))[0]?.at ?? '', /the older checkpoint/)
  })
})

describe('a ledger that is whole', () => {
  for (const count of [0, 1, 255, 256, 257, 600]) {
    test(`of ${count} entries verifies, and against each older one`, async () => {
      const files = ledgerOf(entries.slice(0, count))
      assert.deepEqual(await found(files), [])
      for (const old of [0, 1, 200, 256, 511, 600].filter((one) => one <= count)) {
        const kept = note(ledgerOf(entries.slice(0, old)))
        assert.deepEqual(await found(files, kept), [], `since ${old}`)
      }
    })
  }

  test('still verifies when values were taken away, and says how many', async () => {
    const files = changed(fieldsPath(1), (own) => {
      const lines = own.toString().split('\n')
      const taken = (lines[5] ?? '').replace(/"(actor|reason)":\{[^}]*\},?/g, '')
      return Buffer.from(lines.with(5, taken.replace(',}', '}')).join('\n'))
    })
    const report = await verifyLedger({ folder: folderOf(files) })
    assert.ok(report.ok)
    assert.deepEqual([report.value.problems, report.value.redacted], [[], 2])
  })
})

test('a ledger of three levels of tiles tells a wrong tile from a wrong entry', async () => {
  const [entry] = entries
  assert.ok(entry)
  const large = ledgerOf(Array.from({ length: 66_000 }, () => entry))
  const at = 'tile/1/000'
  const tampered = new Map(large)
  tampered.set(at, flipped(Buffer.from(large.get(at) ?? ''), 32 * 3 + 1, 4))
  const [problem, ...others] = await found(tampered)
  assert.deepEqual([problem?.at, problem?.index], [at, 768])
  assert.deepEqual(others, [])
})
