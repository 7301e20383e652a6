import { z } from 'zod'
import { tokensOf } from '#features/engagement/gateway/usage.ts'
import { type Result, yes } from '#kernel/result.ts'
import type { Ask, AskOptions, Call, Model, Reply } from './model.ts'
import { pause } from './pause.ts'
import { readYaml } from './yaml-document.ts'

const text = z.string().max(60_000)
const ReplyShape = z.strictObject({
  say: text.default(''),
  /** Calls of tools by the names that the model is told. */
  calls: z
    .array(z.strictObject({ tool: z.string().max(400), input: z.union([text, z.looseObject({})]) }))
    .max(100)
    .default([]),
  /** The model says no. */
  refuse: z.boolean().default(false),
  /** Safeguards stop the request, for this reason. */
  block: text.optional(),
  'wait-ms': z.int().min(0).max(3_600_000).default(0),
})

const ScriptShape = z.strictObject({
  parley: z.literal('script/1'),
  name: z.string().min(1).max(200),
  'wait-ms': z.int().min(0).max(3_600_000).default(0),
  /** The first whose pattern fits says what is answered, turn by turn; `*` stands for anything. */
  tasks: z
    .array(
      z.strictObject({
        task: z.string().min(1).max(100),
        epochs: z.array(z.int().min(1)).optional(),
        replies: z.array(ReplyShape).max(1_000),
      }),
    )
    .max(10_000),
})
type Script = z.output<typeof ScriptShape>
type ScriptReply = z.output<typeof ReplyShape>

/** A model that answers as a file says: for tests, and for trying the machinery. */
export class ScriptedModel implements Model {
  readonly name: string
  readonly at = null
  readonly #script: Script

  static of(document: string): Result<ScriptedModel, string> {
    const read = readYaml(document, ScriptShape)
    return read.ok ? yes(new ScriptedModel(read.value)) : read
  }

  private constructor(script: Script) {
    this.name = script.name
    this.#script = script
  }

  bytesOf(ask: Ask): number {
    return Buffer.byteLength(JSON.stringify(ask.messages))
  }

  async ask(ask: Ask, { signal }: AskOptions): Promise<Reply> {
    // What was answered before is what the conversation holds: a script goes on where it was.
    const turn = ask.messages.filter(({ role }) => role === 'assistant').length
    const reply = this.#repliesTo(ask)[turn]
    await pause(this.#script['wait-ms'] + (reply?.['wait-ms'] ?? 0), signal)
    if (reply?.block !== undefined) {
      return { is: 'blocked', code: 'scripted', why: `the script says: ${reply.block}` }
    }
    return answerOf(reply, { turn, input: tokensOf(this.bytesOf(ask)) })
  }

  #repliesTo({ task, epoch }: Ask): readonly ScriptReply[] {
    const found = this.#script.tasks.find(
      (one) => isLike(task, one.task) && (one.epochs?.includes(epoch) ?? true),
    )
    return found?.replies ?? []
  }
}

/** After the last reply a script has nothing to say, and calls nothing. */
function answerOf(
  reply: ScriptReply | undefined,
  { turn, input }: { readonly turn: number; readonly input: number },
): Reply {
  const calls = (reply?.calls ?? []).map(
    (call, index): Call => ({
      id: `call-${turn + 1}-${index + 1}`,
      tool: call.tool,
      input: typeof call.input === 'string' ? call.input : JSON.stringify(call.input),
    }),
  )
  const said = { text: reply?.say ?? '', reasoning: null, calls, echo: null }
  const output = Math.max(1, tokensOf(Buffer.byteLength(JSON.stringify([said.text, calls]))))
  const tokens = { input, output }
  const isRefused = reply?.refuse ?? false
  return {
    ...{ is: 'answer', said, stop: isRefused ? 'refusal' : 'stop' },
    ending: isRefused ? 'refused' : 'whole',
    usage: { told: tokens, counted: tokens, doubt: null, charged: tokens },
  }
}

function isLike(task: string, pattern: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[^A-Za-z0-9-]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`).test(task)
}
