import type { Call, Message, Said } from './model.ts'
import { type ModelCodec, objectsAt, textAt, valueAt } from './model-codec.ts'

/** Chat completions, as OpenAI and the servers that follow it speak them. */
export const openaiChat: ModelCodec = {
  path: 'chat/completions',
  headersOf: (key) => ({ authorization: `Bearer ${key}` }),
  bodyOf: (ask, model) => ({
    model,
    messages: ask.messages.map(messageOf),
    ...(ask.tools.length > 0 && {
      tools: ask.tools.map((tool) => ({ type: 'function', function: tool })),
    }),
    max_completion_tokens: ask.outputTokensMax,
    ...(ask.temperature !== null && { temperature: ask.temperature }),
  }),
  saidIn: (answer) => {
    const [choice] = objectsAt(answer, 'choices')
    const message = valueAt(choice, 'message')
    if (typeof message !== 'object' || message === null) return null
    const stop = textAt(choice, 'finish_reason')
    const isRefused = textAt(message, 'refusal') !== null || stop === 'refusal'
    return {
      said: saidOf(message),
      stop,
      ending: isRefused ? 'refused' : stop === 'content_filter' ? 'blocked' : 'whole',
    }
  },
}

function messageOf(message: Message): unknown {
  switch (message.role) {
    case 'assistant': {
      const { text, calls } = message.said
      const tool_calls = calls.map(({ id, tool, input }) => ({
        ...{ id, type: 'function', function: { name: tool, arguments: input } },
      }))
      return { role: 'assistant', content: text, ...(calls.length > 0 && { tool_calls }) }
    }
    case 'tool':
      return { role: 'tool', tool_call_id: message.call, content: message.text }
    default:
      return { role: message.role, content: message.text }
  }
}

function saidOf(message: object): Said {
  const calls = objectsAt(message, 'tool_calls').map((call, index): Call => {
    const asked = valueAt(call, 'function')
    const input = valueAt(asked, 'arguments')
    return {
      id: textAt(call, 'id') ?? `call-${index + 1}`,
      tool: textAt(asked, 'name') ?? '',
      // Some servers answer an object where the API has a text.
      input: typeof input === 'string' ? input : (JSON.stringify(input) ?? ''),
    }
  })
  const text = textAt(message, 'content') ?? textAt(message, 'refusal') ?? ''
  const reasoning = textAt(message, 'reasoning_content') ?? textAt(message, 'reasoning')
  return { text, reasoning, calls, echo: null }
}
