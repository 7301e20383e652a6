import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { signerOf, verifierText } from '#formats/tlog/note.ts'
import { testSigner } from '../../../test/db/ledger.ts'
import { type Files, folderOf, ledgerOf } from '../../../test/db/ledger-folder.ts'
import { changeOfKey, nextSigner, noteOf, some } from '../../../test/db/ledger-rotated.ts'
import { checkpointPath, fieldsPath, keyChangePath, keysPath, keysText } from './ledger-folder.ts'
import { verifyLedger } from './verify.ts'

const older = testSigner
const next = nextSigner
const stranger = signerOf(older.name, Buffer.alloc(32, 7))
const other = signerOf('x', Buffer.alloc(32, 6))

const [before, after] = [some(300), some(40)]
const changed = [...before, changeOfKey(older, next)]
const entries = [...changed, ...after]
const at = changed.length
const link = keyChangePath(at)
const begun = { first: 0, last: at }
const ended = { first: at, last: null }
const spans = [
  { ...begun, key: older },
  { ...ended, key: next },
]
const rotated = (): Files =>
  ledgerOf(entries)
    .set(checkpointPath, noteOf(entries, [next]))
    .set('key', Buffer.from(`${verifierText(next)}\n`))
    .set(keysPath, Buffer.from(keysText(spans)))
    .set(link, noteOf(changed, [older, next]))

async function told(files: Files, key = next, since?: Buffer): Promise<string[]> {
  const report = await verifyLedger({ folder: folderOf(files), key, ...(since && { since }) })
  const found = report.ok ? report.value.problems : [{ index: undefined, ...report.refusal }]
  return found.map(({ at: place, index, why }) => `${place} ${index ?? '-'}: ${why}`)
}

describe('a ledger whose key was changed verifies', () => {
  for (const [name, key] of [['old', older] as const, ['new', next] as const]) {
    test(`by the ${name} key, and against what either signed`, async () => {
      assert.deepEqual(await told(rotated(), key), [])
      assert.deepEqual(await told(rotated(), key, noteOf(before, [older])), [])
      assert.deepEqual(await told(rotated(), key, noteOf(changed, [older, next])), [])
      assert.deepEqual(await told(rotated(), key, noteOf(entries.slice(0, 310), [next])), [])
    })
  }

  test('when nothing came after the change', async () => {
    const files = ledgerOf(changed)
      .set(checkpointPath, noteOf(changed, [older, next]))
      .set('key', Buffer.from(`${verifierText(next)}\n`))
      .set(keysPath, Buffer.from(keysText(spans)))
      .set(link, noteOf(changed, [older, next]))
    for (const key of [older, next]) assert.deepEqual(await told(files, key), [])
  })
})

describe('a change of the key is told where', () => {
  const without = (path: string): Files => {
    const files = rotated()
    files.delete(path)
    return files
  }
  const cases: readonly (readonly [name: string, files: () => Files, wanted: RegExp])[] = [
    ['its checkpoint is missing', () => without(link), /^key-change\/301 300: is missing$/],
    [
      'the old key did not sign it',
      () => rotated().set(link, noteOf(changed, [next])),
      /^key-change\/301 300: is not signed by parley-ledger\/test$/,
    ],
    [
      'the new key did not sign it',
      () => rotated().set(link, noteOf(changed, [older])),
      /^key-change\/301 300: is not signed by/,
    ],
    [
      'it is of another history',
      () =>
        rotated().set(
          link,
          noteOf([...some(299), ...some(1), changeOfKey(older, next)], [older, next]),
        ),
      /^key-change\/301 300: is of another history/,
    ],
    [
      'it is of another size',
      () => rotated().set(link, noteOf(before, [older, next])),
      /^key-change\/301 300: is signed by a key that did not sign 300 entries/,
    ],
    [
      'the entry names other keys',
      () => {
        const forged = [...before, changeOfKey(older, stranger)]
        return ledgerOf([...forged, ...after])
          .set(checkpointPath, noteOf([...forged, ...after], [next]))
          .set('key', Buffer.from(`${verifierText(next)}\n`))
          .set(keysPath, Buffer.from(keysText(spans)))
          .set(link, noteOf(forged, [older, next]))
      },
      /^keys 300: names a change of the key that the entry does not$/,
    ],
    [
      'the folder has no keys',
      () => {
        const files = without(keysPath)
        files.delete(link)
        return files
      },
      /^keys 300: does not name the change of the key of this entry$/,
    ],
    [
      'what the entry says was taken away',
      () => {
        const files = rotated()
        const lines = (files.get(fieldsPath(1)) ?? '').toString().split('\n')
        const bare = lines.map((line) => line.replace(/"fields\.from":\{[^}]*\},?/, ''))
        return files.set(fieldsPath(1), Buffer.from(bare.join('\n').replaceAll(',}', '}')))
      },
      /^keys 300: names a change of the key that the entry does not$/,
    ],
    [
      'the old key went on signing',
      () => rotated().set(checkpointPath, noteOf(entries, [older])),
      /^checkpoint -: is not signed by/,
    ],
  ]
  for (const [name, files, wanted] of cases) {
    test(name, async () => {
      for (const key of name.includes('no keys') ? [next] : [older, next]) {
        const found = await told(files(), key)
        assert.match(found[0] ?? '', wanted)
      }
    })
  }

  test('a third key was put in by whoever has neither', async () => {
    const forged = [...before, changeOfKey(older, stranger), ...after]
    const files = ledgerOf(forged)
      .set(checkpointPath, noteOf(forged, [stranger]))
      .set(
        keysPath,
        Buffer.from(
          keysText([
            { ...begun, key: older },
            { ...ended, key: stranger },
          ]),
        ),
      )
      .set(link, noteOf(forged.slice(0, at), [stranger]))
    assert.match((await told(files, older))[0] ?? '', /^key-change\/301 300: is not signed by/)
    assert.match((await told(files, next))[0] ?? '', /^keys -: does not have the key/)
  })

  test('an older checkpoint is signed by a key that did not sign that size', async () => {
    const late = noteOf(entries.slice(0, 310), [older])
    assert.match((await told(rotated(), next, late))[0] ?? '', /did not sign 310 entries/)
    const early = noteOf(before, [next])
    assert.match((await told(rotated(), next, early))[0] ?? '', /did not sign 300 entries/)
  })

  for (const [name, text] of [
    ['a gap', keysText(spans).replace(`${at} -`, `${at + 1} -`)],
    ['no end', keysText(spans).trimEnd()],
    ['no last key', `0 ${at} ${verifierText(older)}\n`],
    [
      'a key twice',
      keysText([
        { ...begun, key: older },
        { ...ended, key: older },
      ]),
    ],
    [
      'another log',
      keysText([
        { ...begun, key: older },
        { ...ended, key: other },
      ]),
    ],
  ] as const) {
    test(`the keys have ${name}`, async () => {
      assert.match((await told(rotated().set(keysPath, Buffer.from(text))))[0] ?? '', /^keys -: /)
    })
  }
})
