/**
 * What it costs to open and to read a log of Inspect of 200,000 samples and about 1 GB, and one
 * sample with as many events as the design's worst case. The log is written to the system's place
 * for temporary files, and removed. Each reading is a process of its own, for its peak memory.
 * Run: `node bench/inspect.ts`; `--samples N` for a smaller one.
 */
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { createWriteStream, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { attemptsOf, glanceAt } from '#formats/inspect/attempts.ts'
import { contentOf } from '#formats/inspect/content.ts'
import { openLog } from '#formats/inspect/open-log.ts'
import { samplesOf } from '#formats/inspect/samples.ts'
import { EvalLogWriter } from '#formats/inspect/write-log.ts'
import { openFileSource } from '#platform/files/file-source.ts'
import { figure, machineText } from './machine.ts'

const worstEvents = 337_351
const { values } = parseArgs({
  options: { samples: { type: 'string', default: '200000' }, read: { type: 'string' } },
  allowPositionals: true,
  strict: true,
})
const counted = (count: number): string => count.toLocaleString('en-US')

/** Of this process alone: what `getrusage` says begins with what its parent held. */
function peakText(): string {
  const status = existsSync('/proc/self/status') ? readFileSync('/proc/self/status', 'utf8') : ''
  const kibibytes = /VmHWM:\s*(\d+)/.exec(status)?.[1] ?? process.resourceUsage().maxRSS
  return `${(Number(kibibytes) / 1024).toFixed(0)} MiB peak`
}

/** Text that packs about two to one, as what models write does at best when no two are alike. */
const noise = (length: number): string => randomBytes(length / 2).toString('hex')

type Writing = { readonly path: string; readonly ids: readonly number[] }

async function begun({ path, ids }: Writing) {
  const out = createWriteStream(path)
  const sink = async (bytes: Buffer): Promise<void> => {
    if (out.write(bytes)) return
    await new Promise<void>((resolve) => out.once('drain', () => resolve()))
  }
  const dataset = { samples: ids.length, sample_ids: ids }
  const spec = { task: 'bench', model: 'mockllm/model', dataset, config: { epochs: 1 } }
  const start = { eval: { ...spec, created: '2026-11-01T10:00:00+00:00' } }
  const writer = await EvalLogWriter.begin(sink, start)
  const close = async (): Promise<void> => {
    await writer.finish({ status: 'success' })
    await new Promise<void>((resolve) => out.end(() => resolve()))
  }
  return { writer, close }
}

const plainOf = (id: number) => ({
  id,
  epoch: 1,
  input: noise(200),
  target: 'x',
  scores: { match: { value: id % 3 === 0 ? 'C' : 'I', answer: noise(40) } },
  model_usage: { m: { input_tokens: 900, output_tokens: 100, total_tokens: 1_000 } },
})

async function writeMany(path: string, count: number): Promise<void> {
  const ids = Array.from({ length: count }, (_, at) => at + 1)
  const { writer, close } = await begun({ path, ids })
  for (const id of ids) {
    const messages = Array.from({ length: 5 }, () => ({ role: 'user', content: noise(1_000) }))
    const events = Array.from({ length: 10 }, () => ({ event: 'info', data: noise(400) }))
    await writer.add({ ...plainOf(id), messages, events })
  }
  await close()
}

/** One sample whose text is too long for any string: it is written in pieces. */
async function writeWorst(path: string): Promise<void> {
  const { writer, close } = await begun({ path, ids: [1] })
  const head = plainOf(1)
  async function* text(): AsyncGenerator<Buffer> {
    yield Buffer.from(`${JSON.stringify(head).slice(0, -1)},"messages":[],"events":[`)
    for (let at = 0; at < worstEvents; at++) {
      const event = { event: 'model', input: [], input_refs: [[0, 3]], data: noise(2_760) }
      yield Buffer.from(`${at === 0 ? '' : ','}${JSON.stringify(event)}`)
    }
    const messages = JSON.stringify(['m0', 'm1', 'm2'])
    yield Buffer.from(`],"events_data":{"messages":${messages},"calls":[]},"attachments":{}}`)
  }
  await writer.addText({ id: 1, epoch: 1, text: text(), summary: { id: 1, epoch: 1 } })
  await close()
}

/** Runs in a process of its own, and prints what it took. */
async function read(what: string, path: string): Promise<void> {
  const started = performance.now()
  const file = await openFileSource(path)
  if (!file.ok) throw new Error(file.refusal.why)
  await using source = file.value
  const log = await openLog(source)
  if (!log.ok) throw new Error(log.refusal.why)
  let count = 0
  if (what === 'summary') count = glanceAt(log.value).present
  else if (what === 'table') {
    const { attempts } = await attemptsOf(log.value, { isQuick: true })
    count = attempts.filter(({ outcome }) => outcome === 'success').length
  } else {
    for await (const sample of samplesOf(log.value)) {
      if (sample.is !== 'sample') throw new Error(sample.refusal.why)
      count++
      if (what !== 'events') continue
      count = 0
      for await (const { isResolved } of contentOf(source, sample.entry)) if (isResolved) count++
    }
  }
  const seconds = (performance.now() - started) / 1_000
  const limit = ['summary', 'table'].includes(what) ? '2 s' : '500 MiB peak'
  const { user, system } = process.cpuUsage()
  const work = `${((user + system) / 1e6).toFixed(1)} s of work with the start of Node`
  const size = `${counted(count)} counted, ${work}, ${peakText()}`
  figure(`${what} of ${counted(source.sizeBytes)} bytes`, `${seconds.toFixed(2)} s`, {
    size,
    limit,
  })
}

function readApart(what: string, path: string): void {
  const args = [import.meta.filename, '--read', what, path]
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' })
  if (status !== 0) process.exitCode = 1
}

async function writeAndRead(): Promise<void> {
  console.log(`${machineText()}, load ${loadavg()[0]?.toFixed(1)}`)
  const folder = mkdtempSync(join(tmpdir(), 'parley-bench-inspect-'))
  const path = join(folder, 'log.eval')
  const written = (what: string, started: number): void => {
    const seconds = (performance.now() - started) / 1_000
    const size = `${counted(statSync(path).size)} bytes, ${peakText()}`
    figure(what, `${seconds.toFixed(1)} s`, { size })
  }
  try {
    const count = Number(values.samples)
    let started = performance.now()
    await writeMany(path, count)
    written(`${counted(count)} samples written`, started)
    readApart('summary', path)
    readApart('table', path)
    readApart('samples', path)
    started = performance.now()
    await writeWorst(path)
    written(`one sample of ${counted(worstEvents)} events written`, started)
    readApart('samples', path)
    readApart('events', path)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const [, , , , readPath] = process.argv
if (values.read === undefined) await writeAndRead()
else await read(values.read, readPath ?? '')
