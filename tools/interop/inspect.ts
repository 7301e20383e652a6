import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { contentOf } from '#formats/inspect/content.ts'
import { writeAsEval, writeAsJson } from '#formats/inspect/convert-log.ts'
import type { InspectLog } from '#formats/inspect/log.ts'
import { openLog } from '#formats/inspect/open-log.ts'
import { samplesOf, summariesOf } from '#formats/inspect/samples.ts'
import { isArray, isObject, type JsonObject } from '#formats/json/reader.ts'
import type { ByteSink, Packing } from '#formats/zip/writer.ts'
import { openFileSource } from '#platform/files/file-source.ts'
import { sampleOf, writtenLog } from '../../test/formats/inspect-log.ts'
import { loggedRun } from '../../test/runs/logged-run.ts'
import type { Outcome, Told } from './client.ts'
import { pythonWith } from './python.ts'

/** Inspect itself, which writes logs that are read here, and reads those that are written. */
export const inspect = 'Inspect'

const script = join(import.meta.dirname, 'inspect', 'logs.py')
const runMs = 300_000

/** Whether Inspect and the product read each other's logs, and find the same in them. */
export async function inspectOutcomes(): Promise<Told> {
  const work = mkdtempSync(join(tmpdir(), 'parley-inspect-'))
  try {
    const python = pythonWith(work, 'inspect_ai')
    if (!python.is) return python.why
    return await new Comparing(work, python.path).outcomes()
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

class Comparing {
  readonly #work: string
  readonly #python: string
  readonly #outcomes = new Map<string, Outcome>()

  constructor(work: string, python: string) {
    this.#work = work
    this.#python = python
  }

  async outcomes(): Promise<Told> {
    for (const packing of ['zstd', 'deflate'] as const) await this.#written(packing)
    await this.#ran()
    const { path } = this.#run('run', join(this.#work, 'logs'))
    if (typeof path !== 'string') throw new Error('Inspect tells no path of its log')
    await this.#compare('Inspect: its own log is read', path)
    const chunked = join(this.#work, 'chunked')
    this.#run('chunk', path, chunked)
    const [name = ''] = readdirSync(chunked)
    await this.#converted('its own log', path)
    await this.#chunked(join(chunked, name), path)
    return this.#outcomes
  }

  /** A log of the product's, with what is odd in it. */
  async #written(packing: Packing): Promise<void> {
    const samples = [
      sampleOf('a/b', 'C'),
      sampleOf(2, Number.NaN, { limit: { type: 'token', limit: 500 } }),
      sampleOf('é', 0.5, {
        error: { message: 'it broke', traceback: 'there', traceback_ansi: 'there' },
      }),
    ]
    const metrics = { accuracy: { name: 'accuracy', value: 0.5, params: {} } }
    const results = { total_samples: 3, completed_samples: 2, scores: [{ ...scored, metrics }] }
    const end = { status: 'success', results } as const
    const path = join(this.#work, `written-${packing}.eval`)
    writeFileSync(path, await writtenLog(samples, { end, options: { packing, journalEach: 2 } }))
    await this.#compare(`Inspect: a log that is written with ${packing} is opened`, path)
  }

  /** The log of a run of the product's, with an attempt for each way to end. */
  async #ran(): Promise<void> {
    const path = join(this.#work, 'run.eval')
    const { bytes } = await loggedRun(join(this.#work, 'run'))
    writeFileSync(path, bytes)
    await this.#compare('Inspect: the log of a run is opened', path)
  }

  /** What Inspect finds in a log and what the product does has to be the same. */
  async #compare(name: string, path: string, other = path): Promise<void> {
    const theirs = this.#run('read', path)
    const ours = await onLog(other, foundIn)
    const [one, two] = [JSON.stringify(sorted(theirs)), JSON.stringify(sorted(ours))]
    const at = [...one].findIndex((character, index) => character !== two[index])
    const why = `theirs ${one.slice(Math.max(0, at - 60), at + 80)}, ours ${two.slice(at, at + 80)}`
    this.#outcomes.set(name, one === two ? { is: 'pass', why: '' } : { is: 'fail', why })
  }

  /** Written anew in both containers, the log is still the same to Inspect. */
  async #converted(what: string, path: string): Promise<void> {
    for (const to of ['eval', 'json'] as const) {
      const written = join(this.#work, `converted.${to}`)
      const bytes: Buffer[] = []
      const sink: ByteSink = async (each) => void bytes.push(each)
      const done = await onLog(path, (log) =>
        to === 'eval' ? writeAsEval(log, sink, {}) : writeAsJson(log, sink),
      )
      if (!done.ok) throw new Error(done.refusal.why)
      writeFileSync(written, Buffer.concat(bytes))
      await this.#compare(`Inspect: ${what}, converted to .${to}, is opened`, written, path)
    }
  }

  async #chunked(path: string, whole: string): Promise<void> {
    const [found, wanted] = [await onLog(path, foundIn), await onLog(whole, foundIn)]
    const isSame = JSON.stringify(sorted(found)) === JSON.stringify(sorted(wanted))
    const name = 'Inspect: samples in chunks are what they were in one piece'
    const why = `${JSON.stringify(found).slice(0, 300)}`
    this.#outcomes.set(name, isSame ? { is: 'pass', why: '' } : { is: 'fail', why })
    await this.#converted('a log in chunks', path)
  }

  #run(...args: readonly string[]): JsonObject {
    const options = { encoding: 'utf8', timeout: runMs, maxBuffer: 2 ** 28 } as const
    const { status, stdout, stderr } = spawnSync(this.#python, [script, ...args], options)
    const [line = ''] = stdout.trim().split('\n').slice(-1)
    if (status !== 0) throw new Error(`logs.py ${args[0]}: ${stderr.trim().slice(-2_000)}`)
    const found: unknown = JSON.parse(line)
    return isObject(found) ? found : {}
  }
}

const scored = { name: 'match', scorer: 'match', params: {} }

async function onLog<T>(path: string, use: (log: InspectLog) => Promise<T>): Promise<T> {
  const file = await openFileSource(path)
  if (!file.ok) throw new Error(file.refusal.why)
  await using source = file.value
  const log = await openLog(source)
  if (!log.ok) throw new Error(log.refusal.why)
  return await use(log.value)
}

/** What the script prints, of the same log. */
async function foundIn(log: InspectLog): Promise<JsonObject> {
  const { header } = log
  const summaries: unknown[] = []
  for await (const rows of summariesOf(log)) {
    summaries.push(...rows.map(({ id, epoch }) => [id, epoch, true]))
  }
  const samples: JsonObject[] = []
  for await (const sample of samplesOf(log)) {
    if (sample.is === 'unreadable') throw new Error(sample.refusal.why)
    const { id, epoch, scores, error, limit } = sample.facts
    const named = (scores ?? []).map(({ scorer, value }) => [scorer, plain(value)])
    const counts = await countsOf(log, sample.entry)
    const told = { id, epoch, scores: Object.fromEntries(named), limit, ...counts }
    samples.push({ ...told, error: error?.message ?? null })
  }
  return {
    version: header.version,
    status: header.status,
    task: header.task,
    model: header.model,
    metrics: header.scores.flatMap(({ name, metrics }) =>
      metrics.map((metric) => [name, metric.name, metric.value]),
    ),
    summaries,
    samples,
  }
}

async function countsOf(log: InspectLog, entry: Parameters<typeof contentOf>[1]) {
  const messages: string[] = []
  const inputs: number[] = []
  let events = 0
  for await (const { is, value } of contentOf(log.source, entry)) {
    if (is === 'event') events++
    if (!isObject(value)) continue
    if (is === 'message') messages.push(wordsOf(value['content']))
    else if (value['event'] === 'model' && isArray(value['input'])) {
      inputs.push(value['input'].length)
    }
  }
  return { messages, inputs, events }
}

/** The words of a message, without what led to them. */
function wordsOf(content: unknown): string {
  if (!isArray(content)) return String(content)
  return content.flatMap((part) => (isObject(part) ? (part['text'] ?? []) : [])).join('\n')
}

const plain = (value: unknown): unknown =>
  typeof value === 'number' && Number.isNaN(value) ? 'nan' : value

/** Members by name; samples and rows by id and epoch, since each side has an order of its own. */
function sorted(value: unknown): unknown {
  if (isArray(value)) {
    const rows = value.map(sorted)
    const isRows = rows.some((row) => isObject(row) || isArray(row))
    return isRows ? rows.toSorted((one, other) => (textOf(one) < textOf(other) ? -1 : 1)) : rows
  }
  if (!isObject(value)) return value
  const entries = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1))
  return Object.fromEntries(entries.map(([name, each]) => [name, sorted(each)]))
}

const textOf = (value: unknown): string => JSON.stringify(value)
