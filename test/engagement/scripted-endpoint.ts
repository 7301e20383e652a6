import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'

/** What the endpoint was asked, byte for byte. */
export type Seen = {
  readonly method: string
  readonly url: string
  readonly rawHeaders: readonly string[]
  readonly body: Buffer
}

/** How it answers. */
export type Script = (seen: Seen, response: ServerResponse) => void | Promise<void>

/** A developer's endpoint that answers as a script says, and remembers what it was asked. */
export class ScriptedEndpoint {
  readonly seen: Seen[] = []
  script: Script
  readonly #server: Server
  /** Answers whose other side went away before they were whole. */
  brokenOff = 0

  static async start(script: Script): Promise<ScriptedEndpoint> {
    const endpoint = new ScriptedEndpoint(script)
    endpoint.#server.listen(0, '127.0.0.1')
    await once(endpoint.#server, 'listening')
    return endpoint
  }

  constructor(script: Script) {
    this.script = script
    this.#server = createServer((request, response) => void this.#take(request, response))
  }

  get url(): string {
    const address = this.#server.address()
    return `http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`
  }

  get last(): Seen {
    const found = this.seen.at(-1)
    if (found === undefined) throw new Error('the endpoint was asked nothing')
    return found
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => {})
    response.on('close', () => {
      if (!response.writableFinished) this.brokenOff += 1
    })
    try {
      const pieces: Buffer[] = []
      for await (const piece of request) pieces.push(piece)
      const { method = '', url = '', rawHeaders } = request
      const seen = { method, url, rawHeaders, body: Buffer.concat(pieces) }
      this.seen.push(seen)
      await this.script(seen, response)
    } catch {
      response.destroy()
    }
  }
}

/** Answers with given pieces, with a turn of the event loop between them. */
export const answering =
  (status: number, headers: readonly string[], pieces: readonly (string | Buffer)[]): Script =>
  async (_seen, response) => {
    response.writeHead(status, [...headers])
    for (const piece of pieces) {
      response.write(piece)
      await new Promise(setImmediate)
    }
    response.end()
  }

export const answeringJson = (status: number, value: unknown): Script => {
  const body = JSON.stringify(value)
  const length = String(Buffer.byteLength(body))
  return answering(status, ['Content-Type', 'application/json', 'Content-Length', length], [body])
}

const events = ['Content-Type', 'text/event-stream; charset=utf-8', 'Cache-Control', 'no-cache']

export const streaming = (pieces: readonly string[]): Script => answering(200, events, pieces)

/** A stream that goes on until somebody ends it. */
export const endless =
  (piece: string, everyMs: number): Script =>
  (_seen, response) => {
    response.writeHead(200, events)
    response.write(piece)
    const timer = setInterval(() => response.write(piece), everyMs)
    response.on('close', () => clearInterval(timer))
  }

const data = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`
const named = (value: { readonly type: string; readonly [more: string]: unknown }): string =>
  `event: ${value.type}\n${data(value)}`

const chunk = (delta: unknown, finish: string | null = null): string =>
  data({
    ...{ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'larch-4' },
    choices: [{ index: 0, delta, finish_reason: finish }],
  })

export const chatUsage = { prompt_tokens: 9, completion_tokens: 12, total_tokens: 21 }

/** A chat completion with reasoning and a call of a tool, in pieces as they are streamed. */
export const chatStream: readonly string[] = [
  chunk({ role: 'assistant', content: '', reasoning_content: 'Let me see … ' }),
  chunk({ content: 'Grüße' }),
  chunk({
    tool_calls: [{ index: 0, id: 'call_1', function: { name: 'shell', arguments: '{"c"' } }],
  }),
  chunk({ tool_calls: [{ index: 0, function: { arguments: ':"ls"}' } }] }),
  chunk({}, 'tool_calls'),
  data({ id: 'chatcmpl-1', choices: [], usage: chatUsage }),
  'data: [DONE]\n\n',
]

/** A message with thinking, a redacted block, words and a call of a tool. */
export const messageStream: readonly string[] = [
  named({
    ...{ type: 'message_start' },
    ...{ message: { id: 'msg_1', role: 'assistant', content: [], usage: messageUsageAt(1) } },
  }),
  named(block(0, { type: 'thinking', thinking: '', signature: '' })),
  ...[
    { type: 'thinking_delta', thinking: 'Step by step. ' },
    { type: 'signature_delta', signature: 'c2lnbmF0dXJl'.repeat(20) },
  ].map((delta) => named(deltaAt(0, delta))),
  named({ ...{ type: 'content_block_stop' }, ...{ index: 0 } }),
  named(block(1, { type: 'redacted_thinking', data: 'ZW5jcnlwdGVk' })),
  named(block(2, { type: 'text', text: '' })),
  ': a comment that means nothing\n\n',
  named({ type: 'ping' }),
  named(deltaAt(2, { type: 'text_delta', text: 'Done — 完了' })),
  named(block(3, { type: 'tool_use', id: 'toolu_1', name: 'shell', input: {} })),
  named(deltaAt(3, { type: 'input_json_delta', partial_json: '{"command":"ls"}' })),
  named({
    ...{ type: 'message_delta' },
    ...{ delta: { stop_reason: 'tool_use', stop_sequence: null }, usage: { output_tokens: 17 } },
  }),
  named({ type: 'message_stop' }),
]

function messageUsageAt(output: number) {
  return { input_tokens: 11, cache_read_input_tokens: 4, output_tokens: output }
}
function block(index: number, content_block: unknown) {
  return { type: 'content_block_start', index, content_block }
}
function deltaAt(index: number, delta: unknown) {
  return { type: 'content_block_delta', index, delta }
}

/** A response of the third API, with a summary of its reasoning. */
export const responseStream: readonly string[] = [
  named({
    ...{ type: 'response.created' },
    ...{ response: { id: 'resp_1', status: 'in_progress' } },
  }),
  named({
    ...{ type: 'response.reasoning_summary_text.delta' },
    ...{ delta: 'Thinking it over. ' },
  }),
  named({ ...{ type: 'response.output_text.delta' }, ...{ delta: 'Hello' } }),
  named({
    ...{ type: 'response.completed' },
    response: { id: 'resp_1', usage: { input_tokens: 5, output_tokens: 8, total_tokens: 13 } },
  }),
]

export const chatAnswer = {
  ...{ id: 'chatcmpl-2', object: 'chat.completion', model: 'larch-4' },
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hello.' }, finish_reason: 'stop' }],
  usage: chatUsage,
}
