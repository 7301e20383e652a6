import { parseNonFinite } from '#formats/json/non-finite.ts'
import { isArray, isObject, type JsonObject } from '#formats/json/reader.ts'
import { logLimits } from './log.ts'
import { positionsOf } from './refs.ts'

export type Resolved = { readonly value: unknown; readonly isResolved: boolean }

const protocols = ['attachment://', 'tc://']

/**
 * What the messages and events of one sample refer to. It is held as text and parsed where it is
 * asked for, up to a bound; what comes later is not held.
 */
export class Pool {
  readonly #attachments = new Map<string, Buffer>()
  readonly #lists: { readonly messages: Buffer[]; readonly calls: Buffer[] } = {
    messages: [],
    calls: [],
  }
  #bytes = 0

  attach(name: string, text: Buffer): void {
    if (this.#fits(text)) this.#attachments.set(name, copyOf(text))
  }

  add(list: 'messages' | 'calls', text: Buffer): void {
    if (this.#fits(text)) this.#lists[list].push(copyOf(text))
  }

  at(list: 'messages' | 'calls', position: number): unknown {
    const text = this.textAt(list, position)
    return text === undefined ? undefined : parsedOrNull(text)
  }

  /** A message or event with all that it refers to. */
  resolved(value: unknown): Resolved {
    const resolving = new Resolving(this, this.#attachments)
    const whole = isObject(value) ? resolving.withRefs(value) : value
    const found = resolving.withAttachments(whole)
    return { value: found, isResolved: resolving.isWhole }
  }

  textAt(list: 'messages' | 'calls', position: number): Buffer | undefined {
    return this.#lists[list][position]
  }

  /** Once something did not fit nothing does, or positions would no longer be what they were. */
  #fits(text: Buffer): boolean {
    this.#bytes += text.length
    return this.#bytes <= logLimits.poolBytesMax
  }
}

/** A part of a larger buffer, such as Node cuts small ones from, would keep all of that. */
function copyOf(text: Buffer): Buffer {
  const own = Buffer.allocUnsafeSlow(text.length)
  text.copy(own)
  return own
}

function parsedOrNull(text: Buffer): unknown {
  try {
    return parseNonFinite(text.toString('utf8'))
  } catch {
    return null
  }
}

/** The resolving of one value, within what one value may become. */
class Resolving {
  readonly #pool: Pool
  readonly #attachments: ReadonlyMap<string, Buffer>
  #left = logLimits.valueBytesMax
  isWhole = true

  constructor(pool: Pool, attachments: ReadonlyMap<string, Buffer>) {
    this.#pool = pool
    this.#attachments = attachments
  }

  /** `input_refs` of a model event and `call_refs` of its call, as far as they can be followed. */
  withRefs(event: JsonObject): JsonObject {
    const { input_refs, ...others } = event
    let found = event
    if (input_refs !== undefined && input_refs !== null) {
      const input = this.#listOf('messages', input_refs)
      if (input !== null) found = { ...others, input }
    }
    const call = found['call']
    return isObject(call) ? { ...found, call: this.#withCall(call) } : found
  }

  #withCall(call: JsonObject): JsonObject {
    const { call_refs, call_key, ...others } = call
    if (call_refs === undefined || call_refs === null) return call
    const messages = this.#listOf('calls', call_refs)
    if (messages === null) return call
    const key = typeof call_key === 'string' ? call_key : 'messages'
    const request = isObject(others['request']) ? others['request'] : {}
    return { ...others, request: { ...request, [key]: messages } }
  }

  #listOf(list: 'messages' | 'calls', refs: unknown): unknown[] | null {
    const found: unknown[] = []
    for (const position of positionsOf(refs)) {
      const text = this.#pool.textAt(list, position)
      if (text === undefined || text.length > this.#left) {
        this.isWhole = false
        return null
      }
      this.#left -= text.length
      found.push(parsedOrNull(text))
    }
    return found
  }

  withAttachments(value: unknown): unknown {
    if (typeof value === 'string') return this.#attachmentOf(value)
    if (isArray(value)) return value.map((each) => this.withAttachments(each))
    if (!isObject(value)) return value
    const members = Object.entries(value).map(([name, each]) => [name, this.withAttachments(each)])
    return Object.fromEntries(members)
  }

  #attachmentOf(text: string): unknown {
    const protocol = protocols.find((each) => text.startsWith(each))
    if (protocol === undefined) return text
    const found = this.#attachments.get(text.slice(protocol.length))
    if (found === undefined || found.length > this.#left) {
      this.isWhole = false
      return text
    }
    this.#left -= found.length
    const value = parsedOrNull(found)
    return typeof value === 'string' ? value : text
  }
}
