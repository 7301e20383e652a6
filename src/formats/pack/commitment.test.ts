import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { leafHash } from '#formats/tlog/hash.ts'
import { committedPacks } from '../../../test/pack.ts'
import {
  type CommittedPack,
  canonicalTask,
  commitPack,
  openingOf,
  verifyOpening,
  verifyPack,
} from './commitment.ts'
import {
  decodeCommitment,
  decodeOpening,
  decodeSalts,
  encodeCommitment,
  encodeOpening,
  encodeSalts,
} from './commitment-document.ts'

const rootOf = (pack: CommittedPack, salts: readonly Uint8Array[]): string =>
  Buffer.from(commitPack(pack, salts).root).toString('hex')

/** A pack, its salts, and the place of one of its tasks. */
const withPlace = committedPacks.chain((all) =>
  fc.record({ all: fc.constant(all), at: fc.nat(all.pack.tasks.length - 1) }),
)

/** The same text with one hexadecimal digit of it made another. */
const turned = (text: string, at: number): string => {
  const place = at % text.length
  const other = ((Number.parseInt(text[place] ?? '0', 16) + 1) % 16).toString(16)
  return text.slice(0, place) + other + text.slice(place + 1)
}

test('a change of any file, name, size or mode of any task changes the root', () => {
  fc.assert(
    fc.property(withPlace, fc.nat(), fc.nat(), ({ all: { pack, salts }, at }, which, digit) => {
      const task = pack.tasks[at]
      assert.ok(task)
      const place = which % task.entries.length
      const changes = task.entries.flatMap((entry, index) => {
        if (index !== place) return []
        const moved = { ...entry, path: `${entry.path}-` }
        if (entry.kind === 'folder') return [moved]
        return [
          moved,
          { ...entry, sha256: turned(entry.sha256, digit) },
          { ...entry, sizeBytes: entry.sizeBytes + 1 },
          { ...entry, isProgram: !entry.isProgram },
        ]
      })
      const before = rootOf(pack, salts)
      for (const change of [...changes, null]) {
        const entries = task.entries.flatMap((entry, index) =>
          index === place ? (change === null ? [] : [change]) : [entry],
        )
        const changed = pack.tasks.with(at, { ...task, entries })
        assert.notEqual(rootOf({ ...pack, tasks: changed }, salts), before)
      }
    }),
  )
})

test('a change of a salt, a name, the version or the order changes the root', () => {
  fc.assert(
    fc.property(withPlace, ({ all: { pack, salts }, at }) => {
      const before = rootOf(pack, salts)
      const salt = Buffer.from(salts[at] ?? [])
      salt[0] = (salt[0] ?? 0) ^ 1
      assert.notEqual(rootOf(pack, salts.with(at, salt)), before)
      assert.notEqual(rootOf({ ...pack, name: `${pack.name}-x` }, salts), before)
      assert.notEqual(rootOf({ ...pack, version: `${pack.version}1` }, salts), before)
      if (pack.tasks.length > 1) {
        assert.notEqual(rootOf({ ...pack, tasks: pack.tasks.toReversed() }, salts), before)
      }
    }),
  )
})

test('the order in which files were read changes nothing', () => {
  fc.assert(
    fc.property(withPlace, ({ all: { pack, salts }, at }) => {
      const task = pack.tasks[at]
      assert.ok(task)
      const other = { ...task, entries: task.entries.toReversed() }
      assert.equal(
        rootOf({ ...pack, tasks: pack.tasks.with(at, other) }, salts),
        rootOf(pack, salts),
      )
    }),
  )
})

test('an opening verifies for its own task and place only', async () => {
  await fc.assert(
    fc.asyncProperty(withPlace, fc.nat(), async ({ all: { pack, salts }, at }, digit) => {
      const commitment = commitPack(pack, salts)
      const task = pack.tasks[at]
      assert.ok(task)
      const opening = await openingOf(pack, salts, task.id)
      assert.ok(opening)
      assert.deepEqual(verifyOpening(commitment, opening), { ok: true, value: null })
      const salt = Buffer.from(turned(Buffer.from(opening.salt).toString('hex'), digit), 'hex')
      const others = [
        ...pack.tasks.flatMap((_, index) => (index === at ? [] : [{ ...opening, index }])),
        ...pack.tasks.flatMap(({ id, entries }, index) =>
          index === at ? [] : [{ ...opening, id, entries }],
        ),
        { ...opening, index: pack.tasks.length },
        { ...opening, salt },
        { ...opening, salt: salt.subarray(1) },
        { ...opening, id: `${opening.id}-` },
        { ...opening, version: `${opening.version}0` },
        { ...opening, proof: [...opening.proof, salt] },
        ...(opening.proof.length > 0 ? [{ ...opening, proof: opening.proof.slice(1) }] : []),
      ]
      for (const other of others) assert.equal(verifyOpening(commitment, other).ok, false)
    }),
  )
})

test('a salt and a task cannot be cut in another place', async () => {
  const pack: CommittedPack = {
    ...{ name: 'a', version: '1.0.0', label: 'TLP:CLEAR' },
    tasks: [{ id: 'one', stratum: { family: 'f', difficulty: 1 }, weight: 1, entries: [] }],
  }
  const salts = [Buffer.alloc(33, 7)]
  const opening = await openingOf(pack, salts, 'one')
  assert.ok(opening)
  assert.match(
    JSON.stringify(verifyOpening(commitPack(pack, salts), opening)),
    /a salt of 33 bytes/,
  )
})

test('commitment and opening tell nothing of what was not opened', async () => {
  await fc.assert(
    fc.asyncProperty(withPlace, async ({ all: { pack, salts }, at }) => {
      const named = pack.tasks.map((task, index) => ({ ...task, id: `task-${index}-end` }))
      const renamed = { ...pack, tasks: named }
      const opening = await openingOf(renamed, salts, `task-${at}-end`)
      assert.ok(opening)
      const text = encodeOpening(opening)
      const published = encodeCommitment(commitPack(renamed, salts))
      assert.ok(!published.includes(`task-${at}-end`))
      const own = new Set(named[at]?.entries.map((one) => (one.kind === 'file' ? one.sha256 : '')))
      for (const [index, { id, entries }] of named.entries()) {
        if (index === at) continue
        const salt = Buffer.from(salts[index] ?? []).toString('hex')
        const guess = leafHash(canonicalTask(renamed, { id, entries })).toString('hex')
        const secrets = [id, salt, guess]
        for (const one of entries) if (one.kind === 'file') secrets.push(one.sha256)
        const told = secrets.filter((secret) => !own.has(secret) && text.includes(secret))
        // Salts of one value only come from the generator of these tests.
        assert.deepEqual(
          told.filter((secret) => secret !== Buffer.from(opening.salt).toString('hex')),
          [],
        )
        for (const secret of secrets) assert.ok(!published.includes(secret))
      }
    }),
  )
})

test('a whole pack is compared with its root, strata, weights and salts', () => {
  fc.assert(
    fc.property(withPlace, ({ all: { pack, salts }, at }) => {
      const commitment = commitPack(pack, salts)
      const task = pack.tasks[at]
      assert.ok(task)
      assert.deepEqual(verifyPack(commitment, pack, salts), { ok: true, value: null })
      const heavy = { ...pack, tasks: pack.tasks.with(at, { ...task, weight: task.weight + 1 }) }
      assert.match(JSON.stringify(verifyPack(commitment, heavy, salts)), /strata or weights/)
      const relabelled = { ...pack, label: `${pack.label}!` }
      assert.match(JSON.stringify(verifyPack(commitment, relabelled, salts)), /another label/)
      const more = verifyPack(commitment, pack, [...salts, Buffer.alloc(32)])
      assert.match(JSON.stringify(more), /there are \d+ salts/)
      const renamed = { ...pack, tasks: pack.tasks.with(at, { ...task, id: `${task.id}-x` }) }
      assert.match(JSON.stringify(verifyPack(commitment, renamed, salts)), /another root/)
    }),
  )
})

test('commitment, salts and opening are read back as they were written', async () => {
  await fc.assert(
    fc.asyncProperty(withPlace, async ({ all: { pack, salts }, at }) => {
      const commitment = commitPack(pack, salts)
      const opening = await openingOf(pack, salts, pack.tasks[at]?.id ?? '')
      assert.ok(opening)
      const plain = (value: unknown): string =>
        JSON.stringify(value, (_, one) => (one instanceof Uint8Array ? [...one] : one))
      const read = [
        decodeCommitment(encodeCommitment(commitment)),
        decodeSalts(encodeSalts({ root: commitment.root, salts })),
        decodeOpening(encodeOpening(opening)),
      ]
      assert.ok(read.every(({ ok }) => ok))
      const [first, , last] = read
      assert.ok(first?.ok && last?.ok)
      const again = decodeOpening(encodeOpening(opening))
      const root = decodeCommitment(encodeCommitment(commitment))
      assert.ok(again.ok && root.ok)
      assert.deepEqual(verifyOpening(root.value, again.value), { ok: true, value: null })
      assert.equal(plain(root.value.strata), plain(commitment.strata))
    }),
  )
})

for (const [what, text] of [
  ['no JSON', 'x'],
  ['a list', '[]'],
  ['another version', '{"parley":"pack-commitment/2"}'],
  ['a short root', '{"parley":"pack-salts/1","root":"ab","salts":[]}'],
] as const) {
  test(`a document is refused that is ${what}`, () => {
    for (const decode of [decodeCommitment, decodeSalts, decodeOpening]) {
      const read = decode(text)
      assert.ok(!read.ok)
      assert.match(read.refusal, /^is no /)
    }
  })
}
