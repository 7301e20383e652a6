import { parseNonFinite } from '#formats/json/non-finite.ts'
import { JsonPieces, NotJson, type Piece, type Plan } from '#formats/json/pieces.ts'
import { isArray, isObject, type JsonObject } from '#formats/json/reader.ts'
import { type ByteSource, Unread } from '#formats/zip/source.ts'
import { headerOf } from './header.ts'
import {
  type InspectLog,
  keyOf,
  type LogRemark,
  logLimits,
  longMembers,
  type SampleEntry,
} from './log.ts'
import { factsOf, type SampleFacts } from './sample-facts.ts'

/** Members that a table of all samples does not need. */
const leftOut = [
  ...longMembers,
  'store',
  'timelines',
  'error_retries',
  'input',
  'metadata',
  'files',
]

const samplePlan: Plan = {
  members: new Map<string, Plan>(leftOut.map((name) => [name, 'skip'])),
  others: 'take',
}

const logPlan: Plan = {
  members: new Map<string, Plan>([['samples', { each: samplePlan }]]),
  others: 'take',
}

const pieceBytes = 2 ** 20

/** Goes once through a log in one JSON text, whatever its size, and holds no sample. */
export async function openJsonLog(source: ByteSource): Promise<InspectLog> {
  const reading = new JsonLogReading()
  const pieces = new JsonPieces(logPlan, {
    depthMax: logLimits.depthMax,
    valueBytesMax: logLimits.headerBytesMax,
  })
  try {
    for (let at = 0; at < source.sizeBytes; at += pieceBytes) {
      const length = Math.min(pieceBytes, source.sizeBytes - at)
      const bytes = await source.read(at, length)
      for (const piece of pieces.push(at === 0 ? withoutMark(bytes) : bytes)) reading.take(piece)
    }
    for (const piece of pieces.end()) reading.take(piece)
  } catch (error) {
    if (!(error instanceof NotJson)) throw error
    reading.breakOff(error)
  }
  return reading.log(source)
}

/** A byte order mark becomes blanks, so that offsets stay what they are. */
function withoutMark(bytes: Buffer): Buffer {
  if (bytes[0] !== 0xef || bytes[1] !== 0xbb || bytes[2] !== 0xbf) return bytes
  return Buffer.concat([Buffer.from('   '), bytes.subarray(3)])
}

class JsonLogReading {
  #json: { [name: string]: unknown } = {}
  #sample: { [name: string]: unknown } = {}
  readonly #samples = new Map<string, SampleEntry>()
  readonly #facts = new Map<string, SampleFacts>()
  readonly #remarks: LogRemark[] = []
  #broken: NotJson | null = null

  take(piece: Piece): void {
    const { path, is } = piece
    const [name, index, member] = path
    if (name === undefined) {
      if (is !== 'closed') this.#notInspect('is not a JSON object')
      return
    }
    if (name !== 'samples' || index === undefined) {
      if (is === 'taken') this.#json[name] = this.#value(piece)
      if (is === 'too-large') this.#remark(`"${name}" is too large to be read`, path)
    } else if (member !== undefined) {
      if (is === 'taken') this.#sample[member] = this.#value(piece)
      if (is === 'too-large') this.#remark(`"${member}" is too large to be read`, path)
    } else if (is === 'closed') this.#closeSample(piece)
    else this.#remark('is no sample: it is not an object', path)
  }

  #closeSample({ path, from, to }: Piece): void {
    const facts = factsOf(this.#sample)
    this.#sample = {}
    if (facts === null) {
      this.#remark('is no sample: it has no id', path)
      return
    }
    const key = keyOf(facts.id, facts.epoch)
    if (this.#samples.has(key)) {
      const why = `sample ${facts.id} of epoch ${facts.epoch} is there twice; the later one counts`
      this.#remarks.push({ why, isLost: false })
    }
    const place = { is: 'span', from, to } as const
    this.#samples.set(key, { id: String(facts.id), epoch: facts.epoch, place })
    this.#facts.set(key, facts)
  }

  #value(piece: Piece): unknown {
    try {
      return parseNonFinite(piece.bytes.toString('utf8'))
    } catch {
      this.#remark('is not JSON', piece.path)
      return undefined
    }
  }

  #remark(why: string, path: readonly string[]): void {
    this.#remarks.push({ why, at: `/${path.join('/')}`, isLost: true })
  }

  #notInspect(why: string): never {
    throw new Unread({ code: 'unknown-format', why: `${why}, and so no log of Inspect` })
  }

  breakOff(error: NotJson): void {
    this.#broken = error
  }

  log(source: ByteSource): InspectLog {
    const broken = this.#broken
    const header = headerOf(this.#header())
    if (header === null) {
      if (broken === null) this.#notInspect('names no task and model in "eval"')
      throw new Unread({
        code: 'malformed',
        why: `${broken.message}, at byte ${broken.at}, before it says what was evaluated`,
        at: `/${broken.path.join('/')}`,
        hint: broken.isCut ? 'get it again: it was cut off' : 'it is no log of Inspect',
      })
    }
    if (broken !== null) {
      const left = `${this.#samples.size} whole samples are left`
      const why = `${broken.message}, at byte ${broken.at}; ${left}`
      this.#remark(why, broken.path)
    }
    const { reductions } = this.#json
    return {
      container: 'json',
      source,
      header,
      samples: this.#samples,
      summaries: { is: 'read', facts: [...this.#facts.values()] },
      reductions: isArray(reductions) ? reductions : null,
      remarks: this.#remarks,
    }
  }

  #header(): JsonObject {
    const { samples: _, reductions: __, ...header } = this.#json
    return isObject(header) ? header : {}
  }
}
