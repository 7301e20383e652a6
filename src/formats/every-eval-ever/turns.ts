import { isArray, isObject, type JsonObject } from '#formats/json/reader.ts'

/** What one conversation is made of, in the words of Every Eval Ever. */
export type Turn = {
  readonly turn_idx: number
  readonly role: string
  readonly content: string | null
  readonly reasoning_trace?: string
  readonly tool_calls?: readonly {
    readonly id: string
    readonly name: string
    readonly arguments: Readonly<Record<string, string>>
  }[]
  readonly tool_call_id?: readonly string[]
}

/** A message of an Inspect log as a turn; null where it is none. */
export function turnOf(message: unknown, turn_idx: number): Turn | null {
  if (!isObject(message) || typeof message['role'] !== 'string') return null
  const { role, content, tool_calls: calls, tool_call_id: answers } = message
  const reasoning = partsOf(content, 'reasoning').join('\n')
  const made = isArray(calls) ? calls.filter(isObject).map(callOf) : []
  return {
    turn_idx,
    role,
    content: textOf(content),
    ...(reasoning !== '' && { reasoning_trace: reasoning }),
    ...(made.length > 0 && { tool_calls: made }),
    ...(typeof answers === 'string' && { tool_call_id: [answers] }),
  }
}

/** The text of a message, of which other parts are left out; null where it has none. */
export function textOf(content: unknown): string | null {
  if (typeof content === 'string') return content
  const texts = partsOf(content, 'text')
  return texts.length > 0 ? texts.join('\n') : null
}

/** What a model thought, as far as its endpoint told it. */
export function reasoningOf(content: unknown): readonly string[] {
  return partsOf(content, 'reasoning')
}

/** Parts of one type; each has its text in a member that is called like the type. */
function partsOf(content: unknown, type: 'text' | 'reasoning'): string[] {
  if (!isArray(content)) return []
  return content.flatMap((part) => {
    const text = isObject(part) && part['type'] === type ? part[type] : null
    return typeof text === 'string' && text !== '' ? [text] : []
  })
}

/** Values of arguments are texts there: what is none is written as JSON. */
function callOf(call: JsonObject, index: number): NonNullable<Turn['tool_calls']>[number] {
  const { id, function: name, arguments: given } = call
  const entries = Object.entries(isObject(given) ? given : {}).map(([key, value]) => {
    return [key, typeof value === 'string' ? value : (JSON.stringify(value) ?? 'null')]
  })
  return {
    id: typeof id === 'string' ? id : `call-${index}`,
    name: typeof name === 'string' ? name : 'unknown',
    arguments: Object.fromEntries(entries),
  }
}
