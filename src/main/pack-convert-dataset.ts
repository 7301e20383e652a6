import { basename } from 'node:path'
import { convertDataset, slugOf } from '#formats/inspect-dataset/convert.ts'
import { type DatasetKind, datasetKinds, rowsOf } from '#formats/inspect-dataset/rows.ts'
import { oneLine } from '#platform/terminal/visible.ts'
import { type ExitCode, exitCodeFor } from './exit.ts'
import { refused } from './ledger.ts'
import { print, tell } from './output.ts'
import { readBytes, writeFiles } from './pack-files.ts'

export type DatasetOptions = {
  readonly to: string
  readonly label?: string
  readonly scorer?: string
}

/** The kind of data set that a name stands for; null where it is that of none. */
export function datasetKindOf(path: string): DatasetKind | null {
  const ending = path.toLowerCase().split('.').at(-1)
  return datasetKinds.find((kind) => kind === ending) ?? null
}

const datasetBytesMax = 64 * 2 ** 20
const listedMax = 50

/** What verifiers of the tasks do by themselves. */
const scorers = ['exact', 'choice']

/** `parley pack convert DATASET`: data of Inspect become a pack, or are refused as a whole. */
export async function runDatasetConvert(
  path: string,
  kind: DatasetKind,
  { to, label = 'TLP:RED', scorer }: DatasetOptions,
): Promise<ExitCode> {
  if (scorer !== undefined && !scorers.includes(scorer)) {
    const why = `answers cannot be scored as "${scorer}": only ${scorers.join(' and ')} can`
    const hint = 'what a model or code of its own judges needs a verifier that is written for it'
    return refused({ code: 'bad-usage', why, hint })
  }
  const bytes = await readBytes(path, datasetBytesMax)
  if (!bytes.ok) return refused(bytes.refusal)
  const text = textOf(bytes.value)
  if (text === null) return refused({ code: 'malformed', why: 'is no UTF-8', at: path })
  const rows = rowsOf(kind, text)
  const name = slugOf(basename(path).replace(/\.[^.]*$/, ''), 'questions')
  const canary = (): string => crypto.randomUUID()
  const made = rows.ok ? convertDataset(rows.value, { name, label, canary }) : rows
  if (!made.ok) {
    const lines = made.refusal.slice(0, listedMax).map(({ line, key, why }) => {
      return `parley: ${path}:${line}: ${key === '' ? why : `${key} ${why}`}`
    })
    const more = made.refusal.length - lines.length
    tell([...lines.map(oneLine), ...(more > 0 ? [`parley: ${more} more`] : [])])
    return exitCodeFor('malformed')
  }
  const refusal = await writeFiles(to, made.value.files)
  if (refusal !== null) return refused(refusal)
  const { tasks, notes } = made.value
  print([
    oneLine(`Wrote ${to}: ${tasks} tasks, label ${label}.`),
    ...notes.map((note) => oneLine(`note: ${note}`)),
  ])
  return 0
}

/** Texts that are no UTF-8 are not guessed at. */
function textOf(bytes: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return null
  }
}
