import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { cosigned } from '#formats/tlog/cosignature.ts'
import { noteText, parseNote, signerOf } from '#formats/tlog/note.ts'
import { decodeBundle, encodeBundle } from '#formats/tlog/tile.ts'
import { entryOf, testSigner } from '../../../test/db/ledger.ts'
import { type Files, folderOf, ledgerOf } from '../../../test/db/ledger-folder.ts'
import { nextSigner, rotatedOf, some } from '../../../test/db/ledger-rotated.ts'
import { sealEntry } from './entry.ts'
import { checkpointPath, fieldsPath } from './ledger-folder.ts'
import { verifyLedger } from './verify.ts'

const witness = signerOf('example.org/witness', Buffer.alloc(32, 9), 4)

/** A small ledger with everything in it: two keys, a tile that is full, a cosigned checkpoint. */
function exported(): Files {
  const files = rotatedOf(some(258), some(3))
  const note = parseNote(files.get(checkpointPath) ?? Buffer.alloc(0))
  assert.ok(note.ok)
  const seen = cosigned(note.value, witness, new Date('2026-03-02T11:00:00Z'))
  return files.set(checkpointPath, Buffer.from(noteText(seen)))
}
const whole = exported()

async function found(files: Files, since?: Buffer) {
  const report = await verifyLedger({
    ...{ folder: folderOf(files), key: nextSigner, witnesses: [witness], quorum: 1 },
    ...(since && { since }),
  })
  if (report.ok) return report.value.problems
  const { at, why } = report.refusal
  return [{ at: at ?? '', why, index: undefined }]
}
const said = (problems: Awaited<ReturnType<typeof found>>): string =>
  problems.map(({ at, index, why }) => `${at} ${index ?? '-'}: ${why}`).join('\n')

const changed = (path: string, change: (bytes: Buffer) => Buffer): Files =>
  new Map(whole).set(path, change(Buffer.from(whole.get(path) ?? Buffer.alloc(0))))

test('the small ledger is whole', async () => {
  assert.equal(said(await found(whole)), '')
  assert.equal(whole.size, 11, [...whole.keys()].join())
})

/** The key of the folder is not asked where another is given. */
const asked = [...whole.keys()].filter((path) => path !== 'key')

test('any byte of any file changed to any other is told, with the file', async () => {
  const anywhere = fc
    .constantFrom(...asked)
    .chain((path) =>
      fc.tuple(
        fc.constant(path),
        fc.integer({ min: 0, max: (whole.get(path)?.length ?? 1) - 1 }),
        fc.integer({ min: 1, max: 255 }),
      ),
    )
  await fc.assert(
    fc.asyncProperty(anywhere, async ([path, place, mask]) => {
      const files = changed(path, (own) => {
        own[place] = (own[place] ?? 0) ^ mask
        return own
      })
      const problems = await found(files)
      assert.ok(
        problems.some(({ at }) => at === path),
        `${path} at ${place} by ${mask}: ${said(problems)}`,
      )
    }),
    { numRuns: 600 },
  )
})

test('each file that is dropped, cut or longer is told by its name', async () => {
  for (const path of asked) {
    const without = new Map(whole)
    without.delete(path)
    const cut = changed(path, (own) => own.subarray(0, -1))
    const long = changed(path, (own) => Buffer.concat([own, Buffer.from('\n')]))
    for (const files of [without, cut, long]) {
      const problems = await found(files)
      assert.ok(
        problems.some(({ at }) => at === path || (path === 'keys' && at.startsWith('key'))),
        `${path}: ${said(problems)}`,
      )
    }
  }
})

describe('entries are told by their number', () => {
  const bundle = 'tile/entries/000'
  const held = (): Buffer[] => decodeBundle(whole.get(bundle) ?? Buffer.alloc(0)) ?? []
  const numbers = async (files: Files, of = bundle): Promise<number[]> => {
    const own = (await found(files)).filter(({ at }) => at === of)
    return [...new Set(own.flatMap(({ index }) => (index === undefined ? [] : [index])))]
  }

  test('one dropped and another put at the end: from the one that was dropped on', async () => {
    const entries = held()
    const files = changed(bundle, () =>
      encodeBundle([...entries.toSpliced(40, 1), Buffer.from(sealEntry(entryOf(1)).leaf)]),
    )
    const told = await numbers(files)
    assert.deepEqual([told[0], told.length], [40, 216])
  })

  test('two in each other’s place: the two', async () => {
    const entries = held()
    const [one, other] = [entries[3], entries[200]]
    assert.ok(one && other)
    const files = changed(bundle, () => encodeBundle(entries.with(3, other).with(200, one)))
    assert.deepEqual(await numbers(files), [3, 200])
  })

  test('a tile that ends early: the file', async () => {
    const problems = await found(changed('tile/0/000', (own) => own.subarray(0, 32 * 255)))
    assert.equal(said(problems), 'tile/0/000 -: does not hold 256 hashes')
  })

  const lines = fieldsPath(0)
  const replaced = (index: number, change: (line: string) => string): Files =>
    changed(lines, (own) => {
      const all = own.toString().split('\n')
      return Buffer.from(all.with(index, change(all[index] ?? '')).join('\n'))
    })
  const actorOf = (line: string): string => /"actor":\{[^}]*\}/.exec(line)?.[0] ?? ''
  const lineAt = (index: number): string =>
    (whole.get(lines) ?? '').toString().split('\n')[index] ?? ''

  test('a value of another entry in the place of one’s own: the one', async () => {
    const theirs = sealEntry(entryOf(9)).fields['actor']
    const files = replaced(5, (line) =>
      line.replace(actorOf(line), `"actor":${JSON.stringify(theirs)}`),
    )
    const problems = await found(files)
    const why = 'the value of actor is not the one that the entry commits to'
    assert.equal(said(problems), `fields/000.jsonl 5: ${why}`)
  })

  test('a value that was taken away from one and is given to another: both lines', async () => {
    const [from, to] = [lineAt(5), lineAt(6)]
    const bare = from.replace(`${actorOf(from)},`, '')
    const swapped = to.replace(actorOf(to), actorOf(from))
    const files = new Map(whole).set(
      lines,
      Buffer.from((whole.get(lines) ?? '').toString().replace(from, bare).replace(to, swapped)),
    )
    assert.deepEqual(await numbers(files, lines), [6])
    const report = await verifyLedger({ folder: folderOf(files), key: nextSigner })
    assert.ok(report.ok)
    assert.equal(report.value.redacted, 1, 'and that one is taken away shows')
  })

  test('a value that the entry never had: the one', async () => {
    const files = replaced(5, (line) =>
      line.replace(
        '"fields":{',
        '"fields":{"reason":'.concat(
          `${JSON.stringify({ salt: '0'.repeat(32), value: 'asked to' })},`,
        ),
      ),
    )
    const problems = await found(files)
    assert.match(said(problems), /^fields\/000\.jsonl 5: the value of reason is not the one/)
  })
})

describe('histories are held against what was kept', () => {
  const kept = Buffer.from(whole.get(checkpointPath) ?? '')

  test('a fork of the same size, of more and one that was rolled back', async () => {
    const forks: readonly (readonly [Files, RegExp])[] = [
      [rotatedOf(some(258), [...some(2), sealEntry(entryOf(77))]), /another history/],
      [rotatedOf(some(258), [...some(1), sealEntry(entryOf(77)), ...some(9)]), /another history/],
      [rotatedOf(some(258), some(1)), /rolled back: 262 entries were signed before, these are 260/],
    ]
    for (const [files, wanted] of forks) {
      const report = await verifyLedger({ folder: folderOf(files), key: nextSigner, since: kept })
      assert.ok(report.ok)
      assert.match(said([...report.value.problems]), wanted)
      assert.ok(report.value.problems.every(({ at }) => at === checkpointPath))
    }
  })

  test('one from before the key was changed, by the key of then', async () => {
    const early = ledgerOf(some(258)).get(checkpointPath)
    const report = await verifyLedger({
      ...{ folder: folderOf(ledgerOf(some(200))), key: testSigner },
      ...(early && { since: early }),
    })
    assert.ok(report.ok)
    assert.match(said([...report.value.problems]), /rolled back: 258 entries/)
  })
})
