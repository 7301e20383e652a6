import { isArray, isObject, type JsonObject } from '#formats/json/reader.ts'
import { answerName, choicesMax, type Expected, lettersUpTo } from './verifier.ts'

/** What can be asked of an agent as the data set asks it. */
export type AskedSample = {
  readonly question: string
  readonly choices: readonly string[]
  readonly expected: Expected
  readonly files: ReadonlyMap<string, Uint8Array | string>
}

/** What stands in the way, by its key. */
export type SampleFault = { readonly key: string; readonly why: string }

const fault = (key: string, why: string): SampleFault => ({ key, why })

/** The sample, or everything in it that cannot be isolated, asked or scored as it says. */
export function askedSample(sample: JsonObject): AskedSample | readonly SampleFault[] {
  const faults: SampleFault[] = [...ofItsOwn(sample)]
  const question = questionOf(sample['input'], faults)
  const choices = choicesOf(sample['choices'], faults)
  const expected = expectedOf(sample['target'], choices, faults)
  const files = filesOf(sample['files'], faults)
  const length = choices.reduce((sum, choice) => sum + choice.length, question?.length ?? 0)
  if (length > askedMax) faults.push(fault('choices', `are too long: ${length} characters`))
  if (faults.length > 0 || question === null || expected === null) return faults
  return { question, choices, expected, files }
}

/** A sandbox or a script of the sample's own is not what a pack runs. */
function* ofItsOwn({ sandbox, setup }: JsonObject): Generator<SampleFault> {
  if (sandbox !== undefined && sandbox !== null) {
    yield fault('sandbox', 'asks for a sandbox of its own; tasks of a pack get one without network')
  }
  if (setup !== undefined && setup !== null) {
    yield fault('setup', 'is a script that is to run before: put what it makes into files')
  }
}

const questionMax = 24_000
const askedMax = 30_000
const answerMax = 10_000

function questionOf(input: unknown, faults: SampleFault[]): string | null {
  const text = typeof input === 'string' ? input : isArray(input) ? talkOf(input, faults) : null
  if (text === null || text.trim() === '') {
    if (!faults.some(({ key }) => key.startsWith('input'))) {
      faults.push(fault('input', 'is no question: neither a text nor messages'))
    }
    return null
  }
  if (text.length <= questionMax) return text.trim()
  faults.push(fault('input', `is too long: ${text.length} characters, of ${questionMax}`))
  return null
}

/** What users and the system say; a talk that a model began cannot be put to another. */
function talkOf(input: readonly unknown[], faults: SampleFault[]): string {
  const texts = input.map((message, index): string => {
    const key = `input/${index}`
    const role = isObject(message) ? message['role'] : null
    if (role !== 'user' && role !== 'system') {
      faults.push(fault(key, 'is no message of a user or of the system'))
      return ''
    }
    const content = isObject(message) ? message['content'] : null
    if (typeof content === 'string') return content
    const parts = isArray(content) ? content : []
    const plain = parts.map((part) => {
      return isObject(part) && part['type'] === 'text' && typeof part['text'] === 'string'
        ? part['text']
        : null
    })
    if (plain.length > 0 && !plain.includes(null)) return plain.join('\n')
    faults.push(fault(`${key}/content`, 'holds more than text'))
    return ''
  })
  return texts.join('\n\n')
}

function choicesOf(choices: unknown, faults: SampleFault[]): readonly string[] {
  if (choices === undefined || choices === null) return []
  const texts = isArray(choices) ? choices : []
  const plain = texts.flatMap((choice) => {
    return typeof choice === 'string' || typeof choice === 'number' ? [String(choice)] : []
  })
  const isPlain = isArray(choices) && plain.length === texts.length
  if (isPlain && plain.length === 0) return []
  if (isPlain && plain.length > 1 && plain.length <= choicesMax) return plain
  const count = isPlain ? `${plain.length} of them` : 'no list of texts'
  faults.push(fault('choices', `is ${count}: 2 to ${choicesMax} can be asked`))
  return []
}

function expectedOf(
  target: unknown,
  choices: readonly string[],
  faults: SampleFault[],
): Expected | null {
  const all = isArray(target) ? target : [target]
  const texts = all.flatMap((each) => {
    const isPlain = typeof each === 'string' || (typeof each === 'number' && Number.isFinite(each))
    return isPlain && String(each).trim() !== '' ? [String(each).trim()] : []
  })
  if (texts.length === 0 || texts.length < all.length) {
    faults.push(fault('target', 'names no answer to compare with'))
    return null
  }
  if (texts.some((text) => text.length > answerMax || !text.isWellFormed())) {
    faults.push(fault('target', `is no text of at most ${answerMax} characters`))
    return null
  }
  if (choices.length === 0) return { is: 'exact', answers: texts }
  const known = lettersUpTo(choices.length)
  const letters = [...new Set(texts.map((letter) => letter.toUpperCase()))]
  if (letters.every((letter) => known.includes(letter))) return { is: 'choice', letters }
  faults.push(fault('target', `is no letter of a choice, ${known[0]} to ${known.at(-1)}`))
  return null
}

const segment = /^[A-Za-z0-9_][A-Za-z0-9._+-]{0,99}$/
const segmentsMax = 8

function filesOf(files: unknown, faults: SampleFault[]): ReadonlyMap<string, Uint8Array | string> {
  const found = new Map<string, Uint8Array | string>()
  if (files === undefined || files === null) return found
  if (!isObject(files)) {
    faults.push(fault('files', 'is no object of paths and contents'))
    return found
  }
  for (const [path, value] of Object.entries(files)) {
    const content = contentIn(path, value)
    if (typeof content === 'object' && 'why' in content) faults.push(content)
    else found.set(path, content)
  }
  faults.push(...clashesIn([...found.keys()]))
  return found
}

function contentIn(path: string, value: unknown): Uint8Array | string | SampleFault {
  const key = `files/${path.length > 200 ? `${path.slice(0, 200)}…` : path}`
  const segments = path.split('/')
  if (segments.length > segmentsMax || !segments.every((each) => segment.test(each))) {
    return fault(key, 'is no plain relative path: use letters, digits and . _ + - between /')
  }
  if (path.toLowerCase() === answerName) return fault(key, 'is where the answer is to be left')
  if (typeof value !== 'string') return fault(key, 'is no text')
  const [, encoded] = /^data:[^,]*;base64,([A-Za-z0-9+/]*={0,2})$/.exec(value) ?? []
  if (encoded !== undefined) return Buffer.from(encoded, 'base64')
  if (/^(?:data:|[a-z][a-z0-9+.-]*:\/\/)/i.test(value)) {
    return fault(key, 'is to be had from elsewhere: put its content there')
  }
  if (/^\S*\/\S*$|^[\w.-]+\.\w{1,8}$/.test(value)) {
    return fault(key, 'may be the name of a file: put its content there')
  }
  return value
}

/** Files that would be one, or a file and a folder of one name, on some machines. */
function* clashesIn(paths: readonly string[]): Generator<SampleFault> {
  const taken = new Set<string>()
  for (const path of [...paths].sort((one, other) => one.length - other.length)) {
    const steps = path.toLowerCase().split('/')
    const folders = steps.map((_, at) => steps.slice(0, at + 1).join('/'))
    if (folders.some((each) => taken.has(each))) {
      yield fault(`files/${path}`, 'lies where another file is')
    }
    taken.add(path.toLowerCase())
  }
}
