import fc from 'fast-check'
import type { PackEntry } from '#formats/pack/check.ts'
import type { CommittedPack, CommittedTask } from '#formats/pack/commitment.ts'
import type { PackDocument, Task } from '#formats/pack/pack.ts'

const line = fc.oneof(
  fc.constantFrom('1', 'true', '~', '- a', 'a: b', '#x', "it's", '2026-01-01'),
  fc
    .string({ minLength: 1, maxLength: 30, unit: 'grapheme' })
    .filter((text) => !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text)),
)
const words = fc
  .array(fc.oneof(line, fc.constantFrom('', ' ', '\t')), { minLength: 1, maxLength: 4 })
  .map((lines) => lines.join('\n'))
  .filter((text) => text !== '')
const slug = fc.stringMatching(/^[a-z0-9](?:[a-z0-9-]{0,8}[a-z0-9])?$/)
const path = fc
  .array(fc.stringMatching(/^[a-zA-Z0-9_ü-]{1,8}$/), { minLength: 1, maxLength: 3 })
  .map((parts) => parts.join('/'))
const hex = (length: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`))
const orNull = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: null })
const release = fc.tuple(fc.nat(99), fc.nat(99), fc.nat(99)).map((parts) => parts.join('.'))
const command = fc.array(words, { minLength: 1, maxLength: 3 })
const upTo = (most: number) => fc.integer({ min: 1, max: most })
const memoryMiB = fc.integer({ min: 16, max: 65_536 })
const weight = upTo(100_000).map((value) => value / 100)

/** Any first document of a pack. */
export const packDocuments: fc.Arbitrary<PackDocument> = fc
  .record({
    ...{ name: slug, version: release, label: line, summary: orNull(line) },
    tasks: fc.uniqueArray(slug, { minLength: 1, maxLength: 5 }),
  })
  .map((pack) => structuredClone(pack))

/** Any task that a document can say; its folders need not be there. */
export const tasks: fc.Arbitrary<Task> = fc
  .record({
    title: line,
    stratum: fc.record({ family: slug, difficulty: upTo(5) }),
    weight,
    humanMinutes: orNull(weight),
    canary: fc.uuid(),
    environment: fc.oneof(
      fc.record({
        kind: fc.constant('host' as const),
        tools: fc.dictionary(fc.stringMatching(/^[a-z][a-z0-9+.-]{0,8}$/), line),
      }),
      fc.record({ kind: fc.constant('archive' as const), path, sha256: hex(64) }),
    ),
    instruction: words,
    files: orNull(path),
    service: orNull(
      fc.record({
        command,
        port: fc.integer({ min: 1024, max: 65_535 }),
        readyWithinMs: fc.integer({ min: 100, max: 120_000 }),
      }),
    ),
    tools: fc.subarray(['shell', 'files', 'python'] as const, { minLength: 1 }),
    limits: fc.record({
      ...{ tokens: upTo(1_000_000), turns: upTo(1000), seconds: upTo(3600), memoryMiB },
    }),
    verifier: fc.record({ files: path, command, seconds: upTo(3600), memoryMiB }),
    solution: fc.record({
      files: path,
      command: orNull(command),
      wrong: fc.array(path, { maxLength: 2 }),
    }),
  })
  .map((task) => structuredClone(task))

const entry: fc.Arbitrary<PackEntry> = fc.oneof(
  fc.record({ kind: fc.constant('folder' as const), path }),
  fc.record({
    kind: fc.constant('file' as const),
    ...{ path, sha256: hex(64), sizeBytes: fc.nat(), isProgram: fc.boolean() },
  }),
)

const committedTask: fc.Arbitrary<CommittedTask> = fc.record({
  id: slug,
  stratum: fc.record({ family: slug, difficulty: upTo(5) }),
  weight,
  entries: fc.uniqueArray(entry, {
    minLength: 1,
    maxLength: 5,
    selector: ({ path: one }) => one,
  }),
})

const salt = fc.uint8Array({ minLength: 32, maxLength: 32 })

/** A pack as it is committed to, and salts for it. */
export const committedPacks: fc.Arbitrary<{
  readonly pack: CommittedPack
  readonly salts: readonly Uint8Array[]
}> = fc
  .uniqueArray(committedTask, { minLength: 1, maxLength: 9, selector: ({ id }) => id })
  .chain((all) =>
    fc.record({
      pack: fc.record({ name: slug, version: release, label: line, tasks: fc.constant(all) }),
      salts: fc.array(salt, { minLength: all.length, maxLength: all.length }),
    }),
  )
