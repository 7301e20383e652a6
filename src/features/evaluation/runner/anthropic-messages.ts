import type { Ask, Call, Message, Said } from './model.ts'
import { type ModelCodec, objectsAt, textAt, valueAt } from './model-codec.ts'

const version = '2023-06-01'

/** Messages, as Anthropic speaks them. Blocks of thinking are told again as they came. */
export const anthropicMessages: ModelCodec = {
  path: 'v1/messages',
  headersOf: (key) => ({ 'x-api-key': key, 'anthropic-version': version }),
  bodyOf: (ask, model) => {
    const system = ask.messages.flatMap((one) => (one.role === 'system' ? one.text : []))
    return {
      model,
      max_tokens: ask.outputTokensMax,
      ...(system.length > 0 && { system: system.join('\n\n') }),
      messages: turnsOf(ask),
      ...(ask.tools.length > 0 && {
        tools: ask.tools.map(({ name, description, parameters }) => ({
          ...{ name, description, input_schema: parameters },
        })),
      }),
      ...(ask.temperature !== null && { temperature: ask.temperature }),
    }
  },
  saidIn: (answer) => {
    const content = valueAt(answer, 'content')
    if (!Array.isArray(content)) return null
    const stop = textAt(answer, 'stop_reason')
    return { said: saidOf(answer, content), stop, ending: stop === 'refusal' ? 'refused' : 'whole' }
  },
}

type Turn = { readonly role: string; readonly content: unknown[] }

/** What is said one after another by one side is one message. */
function turnsOf({ messages }: Ask): readonly Turn[] {
  const turns: Turn[] = []
  for (const message of messages) {
    if (message.role === 'system') continue
    const role = message.role === 'assistant' ? 'assistant' : 'user'
    const last = turns.at(-1)
    const turn = last?.role === role ? last : { role, content: [] }
    if (turn !== last) turns.push(turn)
    turn.content.push(...blocksOf(message))
  }
  return turns
}

function blocksOf(message: Message): readonly unknown[] {
  if (message.role === 'tool') {
    const { call: tool_use_id, text: content } = message
    return [{ type: 'tool_result', tool_use_id, content }]
  }
  if (message.role !== 'assistant') return [{ type: 'text', text: message.text }]
  const { echo, text } = message.said
  if (Array.isArray(echo) && echo.length > 0) return echo
  // A turn without a word cannot be told again as it was.
  return [{ type: 'text', text: text.trim() === '' ? '(nothing)' : text }]
}

function saidOf(answer: unknown, echo: readonly unknown[]): Said {
  const texts: string[] = []
  const thoughts: string[] = []
  const calls: Call[] = []
  for (const block of objectsAt(answer, 'content')) {
    const type = textAt(block, 'type')
    if (type === 'text') texts.push(textAt(block, 'text') ?? '')
    if (type === 'thinking') thoughts.push(textAt(block, 'thinking') ?? '')
    if (type !== 'tool_use') continue
    const id = textAt(block, 'id') ?? `call-${calls.length + 1}`
    const input = JSON.stringify(valueAt(block, 'input')) ?? ''
    calls.push({ id, tool: textAt(block, 'name') ?? '', input })
  }
  const reasoning = thoughts.length === 0 ? null : thoughts.join('\n')
  return { text: texts.join('\n'), reasoning, calls, echo }
}
