import { isObject, type JsonObject } from '#formats/json/reader.ts'
import { encodePack, encodeTask } from '#formats/pack/encode.ts'
import { folderOf, packName, type Task, taskName } from '#formats/pack/pack.ts'
import { tasksMax } from '#formats/pack/shape.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import type { DatasetRemark, DatasetRow } from './rows.ts'
import { type AskedSample, askedSample } from './sample.ts'
import { answerName, lettersUpTo, verifierOf, wrongAnswer } from './verifier.ts'

/** What a data set does not say of itself. */
export type PackOfDataset = {
  readonly name: string
  readonly label: string
  /** A new GUID for each task. */
  readonly canary: () => string
}

/** The files of a whole pack, and what of the data set is kept in another way or not at all. */
export type ConvertedDataset = {
  readonly files: ReadonlyMap<string, Uint8Array | string>
  readonly tasks: number
  readonly notes: readonly string[]
}

/**
 * Turns questions with answers, and such with choices, into tasks of a pack, whose verifiers
 * compare the file that the agent leaves. A data set that holds anything that cannot be isolated
 * or scored so is refused as a whole, with every line and key: a part of it would be another one.
 *
 * Source: data sets of inspect_ai, `FieldSpec` and `Sample`.
 */
export function convertDataset(
  rows: readonly DatasetRow[],
  given: PackOfDataset,
): Result<ConvertedDataset, readonly DatasetRemark[]> {
  const [first] = rows.slice(tasksMax)
  if (first !== undefined) {
    const why = `is one sample too many: a pack holds ${tasksMax} tasks`
    return no([{ line: first.line, key: '', why }])
  }
  const remarks: DatasetRemark[] = []
  const files = new Map<string, Uint8Array | string>()
  const ids = new Map<string, string>()
  for (const [index, { line, sample }] of rows.entries()) {
    const asked = askedSample(sample)
    if (!('question' in asked)) remarks.push(...asked.map((each) => ({ line, ...each })))
    const id = idOf(sample['id'], index)
    const folder = freeName(slugOf(id, `sample-${index + 1}`), ids)
    if ([...ids.values()].includes(id)) remarks.push({ line, key: 'id', why: 'was there before' })
    ids.set(folder, id)
    if (!('question' in asked)) continue
    const task = taskOf(asked, { ...given, id, sample })
    for (const [path, content] of filesOf(task, asked))
      files.set(`${folderOf(folder)}/${path}`, content)
  }
  if (remarks.length > 0) return no(remarks)
  const { name, label } = given
  const pack = { name, label, version: '1.0.0', summary: null, tasks: [...ids.keys()] }
  files.set(packName, encodePack(pack))
  return yes({ files, tasks: rows.length, notes: [...notesOf(rows)] })
}

const idOf = (id: unknown, index: number): string =>
  typeof id === 'string' || typeof id === 'number' ? String(id) : String(index + 1)

/** As folders of tasks are called. */
export function slugOf(text: string, otherwise: string): string {
  const slug = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 50)
    .replace(/^-+|-+$/g, '')
  return slug === '' ? otherwise : slug
}

function freeName(slug: string, taken: ReadonlyMap<string, string>): string {
  let free = slug
  for (let count = 2; taken.has(free); count++) free = `${slug}-${count}`
  return free
}

type Named = PackOfDataset & { readonly id: string; readonly sample: JsonObject }

function taskOf(asked: AskedSample, { name, id, sample, canary }: Named): Task {
  const metadata = isObject(sample['metadata']) ? sample['metadata'] : {}
  const { category, difficulty } = metadata
  const title = `${name}, sample ${id}`.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').slice(0, 200)
  return {
    title: title.toWellFormed().trim(),
    stratum: {
      family: slugOf(typeof category === 'string' ? category : name, 'questions'),
      difficulty: difficultyOf(difficulty),
    },
    weight: 1,
    humanMinutes: null,
    canary: canary(),
    environment: { kind: 'host', tools: { python3: '3' } },
    instruction: instructionOf(asked),
    files: asked.files.size > 0 ? 'files' : null,
    service: null,
    tools: ['shell', 'files', 'python'],
    limits: { tokens: 200_000, turns: 40, seconds: 900, memoryMiB: 512 },
    verifier: {
      files: 'verifier',
      command: ['python3', '/parley/in/verify.py'],
      seconds: 30,
      memoryMiB: 128,
    },
    solution: { files: 'solution', command: null, wrong: ['wrong'] },
  }
}

const words = new Map([
  ['easy', 2],
  ['medium', 3],
  ['hard', 4],
])

function difficultyOf(said: unknown): number {
  if (typeof said === 'string') return words.get(said.toLowerCase()) ?? 3
  return typeof said === 'number' && Number.isInteger(said) && said >= 1 && said <= 5 ? said : 3
}

function instructionOf({ question, choices, expected }: AskedSample): string {
  const letters = lettersUpTo(choices.length)
  const listed = choices.map((choice, at) => `${letters[at]}) ${choice}`)
  const many = expected.is === 'choice' && expected.letters.length > 1
  const form =
    expected.is === 'exact'
      ? 'the answer and nothing else'
      : many
        ? 'the letters of all choices that are right, with commas between'
        : 'the letter of the choice that is right'
  const answer = `Leave your answer in \`${answerName}\` in the working folder: ${form}.`
  const parts = [question, ...(listed.length > 0 ? [listed.join('\n')] : []), answer]
  return `${parts.join('\n\n').toWellFormed()}\n`
}

function* filesOf(task: Task, asked: AskedSample): Generator<[string, Uint8Array | string]> {
  const { expected, choices, files } = asked
  const right = expected.is === 'exact' ? expected.answers[0] : expected.letters.join(', ')
  yield [taskName, encodeTask(task)]
  for (const [path, content] of files) yield [`files/${path}`, content]
  yield ['verifier/verify.py', verifierOf(task.canary)]
  yield ['verifier/expected.json', `${JSON.stringify(expected)}\n`]
  yield [`solution/${answerName}`, `${right}\n`]
  yield [`wrong/${answerName}`, `${wrongAnswer(expected, choices.length)}\n`]
}

const kept = ['input', 'choices', 'target', 'id', 'files', 'sandbox', 'setup']

function* notesOf(rows: readonly DatasetRow[]): Generator<string> {
  const others = new Map<string, number>()
  for (const { sample } of rows) {
    for (const key of Object.keys(sample)) {
      if (!kept.includes(key)) others.set(key, (others.get(key) ?? 0) + 1)
    }
  }
  for (const [key, count] of others) {
    const what = key === 'metadata' ? ', but for category and difficulty' : ''
    yield `"${key}" of ${count} samples is not kept${what}`
  }
  yield 'answers are compared with their case and blanks aside, choices by their letters'
}
