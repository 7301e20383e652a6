import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import type { TracedExport } from '#features/exchange/case-export.store.ts'
import { type FoundExport, tracedExports } from '#features/exchange/watermark.store.ts'
import { watermarkKeys } from '#features/label/watermark.ts'
import { record } from '#features/ledger/ledger.store.ts'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import { oneLine } from '#platform/terminal/visible.ts'
import type { ExitCode } from '../exit.ts'
import { print } from '../output.ts'
import { onInstance, refuse, type ServiceOptions } from './command.ts'

/** `parley watermark read FILE`: which export a text comes from. */
export async function runWatermarkRead(file: string, options: ServiceOptions): Promise<ExitCode> {
  const found = await textIn(file)
  if (found === null) {
    return refuse({ code: 'not-found', why: 'is not there, or may not be read', at: file })
  }
  return onInstance(options, ({ pool, clock, keys }) =>
    asActor(pool, systemActor, async (tx) => {
      const read = await tracedExports(tx, found, watermarkKeys(keys))
      if (read.is === 'none') print(['none'])
      if (read.is === 'too-short') print([tooShort(read)])
      if (read.is !== 'found') return 1
      print(read.found.flatMap(linesOf))
      const traced = read.found.flatMap(({ exports }) => exports)
      const entries = traced.map(({ id }) => ({
        ...({ at: clock.now(), action: 'watermark.read', kind: 'export', record: id } as const),
      }))
      await record(tx, entries)
      return 0
    }),
  )
}

const textIn = (file: string): Promise<string | null> =>
  (file === '-' ? text(process.stdin) : readFile(file, 'utf8')).catch(() => null)

const tooShort = ({ marks, words }: { marks: number; words: number }): string =>
  `not enough text (${marks} invisible marks, where 15 are needed; ${words} choices of words)`

function linesOf({ exports, marks, words }: FoundExport): string[] {
  const named = exports.flatMap(exportLines)
  return [
    ...(named.length > 0 ? named : ['an export that this database does not hold']),
    ...(marks === null ? [] : [`  ${marks.agree} of ${marks.of} invisible marks say so`]),
    ...(words === null ? [] : [`  ${words.agree} of ${words.of} choices of words say so`]),
    `  the chance that this is wrong is less than 1 in 10^${surest(marks, words)}`,
  ]
}

const surest = (...by: readonly ({ readonly chance: number } | null)[]): number =>
  Math.floor(Math.max(...by.map((one) => -(one?.chance ?? 0))))

function exportLines({ madeAt, ...made }: TracedExport): string[] {
  const recipient = made.recipient === null ? '' : `, for ${oneLine(made.recipient)}`
  return [
    `${made.id} (${made.form} of ${made.case})`,
    `  made by ${oneLine(made.name)} (${made.person}), ${oneLine(made.organisation)}${recipient}`,
    `  at ${madeAt.toISOString()}`,
  ]
}
