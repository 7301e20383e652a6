// The clients that developers of models publish, talking through a gateway: run in a process of its
// own with the folder that they are installed in. Prints what became of each case as JSON.
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const [folder = '', base = '', token = '', spent = ''] = process.argv.slice(2)

/** Of the interfaces of both packages as much as is used here. */
type Asking = (options: object) => Promise<AsyncIterable<unknown>>
type Options = { readonly baseURL: string; readonly apiKey: string; readonly maxRetries: number }
type OpenAi = {
  readonly chat: { readonly completions: { readonly create: Asking } }
  readonly responses: { readonly create: Asking }
  readonly models: { readonly list: () => Promise<unknown> }
}
type Anthropic = {
  readonly messages: {
    readonly create: Asking
    readonly countTokens: Asking
    readonly stream: (options: object) => { readonly finalMessage: () => Promise<unknown> }
  }
}

const hrefOf = (name: string): string =>
  pathToFileURL(createRequire(join(folder, 'any.js')).resolve(name)).href
const { OpenAI }: { OpenAI: new (options: Options) => OpenAi } = await import(hrefOf('openai'))
const { Anthropic }: { Anthropic: new (options: Options) => Anthropic } = await import(
  hrefOf('@anthropic-ai/sdk')
)

const openAi = (apiKey: string, maxRetries = 2): OpenAi =>
  new OpenAI({ baseURL: `${base}/v1`, apiKey, maxRetries })
const anthropic = (apiKey: string, maxRetries = 2): Anthropic =>
  new Anthropic({ baseURL: base, apiKey, maxRetries })

const messages = [{ role: 'user', content: 'List the folder.' }]
const chat = { model: 'larch-4', messages }
const streamed = { ...chat, stream: true, stream_options: { include_usage: true } }
const tools = [{ name: 'shell', input_schema: { type: 'object' } }]
const message = { model: 'larch-4', max_tokens: 100, messages }

/** What an answer, or an error, comes to: the texts that have to be in it. */
type Case = readonly [name: string, ask: () => Promise<unknown>, parts: readonly string[]]

const cases: readonly Case[] = [
  ['chat', () => openAi(token).chat.completions.create(chat), ['"Hello."', '"total_tokens":21']],
  [
    ...([
      'chat, streamed with tools',
      () => all(openAi(token).chat.completions.create(streamed)),
    ] as const),
    ['reasoning_content', 'Grüße', '\\"ls\\"}', '"finish_reason":"tool_calls"'],
  ],
  [
    'responses, streamed',
    () => all(openAi(token).responses.create({ model: 'larch-4', input: 'x', stream: true })),
    ['response.reasoning_summary_text.delta', '"delta":"Hello"', 'response.completed'],
  ],
  ['list of models', () => openAi(token).models.list(), ['larch-4']],
  [
    'chat, another model',
    () => openAi(token).chat.completions.create({ ...chat, model: 'larch-5' }),
    ['"status":403', '"code":"model-not-offered"'],
  ],
  [
    'chat, no budget left',
    () => openAi(spent).chat.completions.create(chat),
    ['"status":429', '"code":"budget-requests"'],
  ],
  [
    'chat, a safeguard',
    () => openAi(token).chat.completions.create({ ...chat, user: 'flagged' }),
    ['"status":400', '"code":"cyber_policy"'],
  ],
  [
    'message, streamed with thinking and tools',
    () =>
      anthropic(token)
        .messages.stream({ ...message, tools })
        .finalMessage(),
    ['"thinking":"Step by step. "', '完了', '"input":{"command":"ls"}', '"stop_reason":"tool_use"'],
  ],
  ['count of tokens', () => anthropic(token).messages.countTokens(chat), ['"input_tokens":9']],
  [
    'message, an overload',
    () => anthropic(token, 0).messages.create({ ...message, metadata: { user_id: 'overload' } }),
    ['"status":529', 'overloaded_error'],
  ],
  [
    'message, an unknown token',
    () => anthropic('another').messages.create(message),
    ['"status":401', 'authentication_error', 'unknown-token'],
  ],
]

const outcomes: Record<string, { readonly is: 'pass' | 'fail'; readonly why: string }> = {}
for (const [name, ask, parts] of cases) {
  const told = await textOf(ask)
  const missing = parts.filter((part) => !told.includes(part))
  const why = missing.length === 0 ? '' : `no ${missing.join(', ')} in ${told.slice(0, 400)}`
  outcomes[name] = { is: missing.length === 0 ? 'pass' : 'fail', why }
}
console.log(JSON.stringify(outcomes))

async function textOf(ask: () => Promise<unknown>): Promise<string> {
  try {
    return JSON.stringify(await ask())
  } catch (error) {
    if (!(error instanceof Error)) return String(error)
    const { status, code, error: body } = Object(error)
    return JSON.stringify({ message: error.message, status, code, body })
  }
}

async function all(stream: Promise<AsyncIterable<unknown>>): Promise<readonly unknown[]> {
  const found: unknown[] = []
  for await (const one of await stream) found.push(one)
  return found
}
