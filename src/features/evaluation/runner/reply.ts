import { nothingRead, readWhole } from '#features/engagement/gateway/answer-reading.ts'
import { outcomeOfError, type ToldError } from '#features/engagement/gateway/outcome.ts'
import { judgeUsage, tokensOf } from '#features/engagement/gateway/usage.ts'
import type { Reply } from './model.ts'
import type { ModelCodec } from './model-codec.ts'

/** What came back, as far as the connection goes. */
export type Arrived = {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: Buffer
}

/** What was asked, for judging what the endpoint says it used. */
export type AskedFor = { readonly textBytes: number; readonly outputTokensMax: number }

/** Templates and tools of an API add words of their own to what was asked. */
const templateTokens = 2_048

/** What an answer comes to, by its status, its headers and what it says. */
export function replyOf(arrived: Arrived, codec: ModelCodec, asked: AskedFor): Reply {
  const { status, headers, body } = arrived
  const ofGateway = headers['parley-refusal']
  if (ofGateway !== undefined) return ofRefusal(ofGateway, arrived)
  if (status >= 300 && status < 400) {
    return {
      is: 'halted',
      code: 'redirected',
      why: 'the endpoint redirects, which is not followed',
    }
  }
  const answer = parsed(body)
  const reading = nothingRead()
  readWhole(answer, reading)
  if (status >= 400 || reading.error !== null) return ofError(arrived, reading.error)
  const found = codec.saidIn(answer)
  if (found === null) {
    const why = answer === undefined ? 'is no JSON' : 'is no answer of this API'
    return again(`the answer of ${body.length} bytes ${why}`, { isSpent: true })
  }
  // A token is at least a byte, and a model gives no more than it was asked for.
  const most = { input: asked.textBytes + templateTokens, output: asked.outputTokensMax }
  const { told, textBytes: outputTextBytes, isMalformed } = reading
  const usage = judgeUsage(told, {
    ...{ inputTextBytes: asked.textBytes, outputTextBytes, most, isMalformed },
  })
  const { input, output } = usage.charged
  const charged = { input: Math.min(input, most.input), output: Math.min(output, most.output) }
  return { is: 'answer', ...found, usage: { ...usage, charged } }
}

/** What a request can come to that was begun and of which nothing came back. */
export const mostOf = ({ textBytes, outputTokensMax }: AskedFor) => ({
  input: tokensOf(textBytes),
  output: outputTokensMax,
})

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** Codes of the gateway that say: access is over, and nobody gets it back. */
const endings: ReadonlySet<string> = new Set(['window-closed', 'no-window'])
/** Codes about one request, which another sample need not meet. */
const ofOneRequest: ReadonlySet<string> = new Set([
  ...['body-encoded', 'body-too-large', 'body-unreadable', 'body-ambiguous', 'model-missing'],
  ...['runs-in-background', 'request-id-unreadable', 'request-id-reused', 'endpoint-garbled'],
  ...['endpoint-encoding'],
])

function ofRefusal(code: string, { headers, body }: Arrived): Reply {
  const why = `the gateway refuses: ${messageIn(body) ?? code}`
  if (endings.has(code)) return { is: 'ended', code, why }
  if (headers['x-should-retry'] === 'true' || code === 'request-in-flight') {
    const isOverload = code === 'gateway-full' || code === 'budget-at-once'
    return again(why, { afterMs: afterMsOf(headers), isOverload, isSpent: false })
  }
  if (ofOneRequest.has(code)) return { is: 'failed', code, why, isSpent: false }
  return { is: 'halted', code, why }
}

const fullWords = /context[ _](?:length|window)|prompt is too long|maximum context|too many tokens/i

/** Statuses after which nothing of ours gets an answer. */
const halting: ReadonlyMap<number, string> = new Map([
  [401, 'the endpoint does not take the key'],
  [403, 'the endpoint does not let this key in'],
  [404, 'the endpoint has no such model or address'],
  [402, 'the endpoint asks for payment'],
])
/** Statuses that pass, beside those from 500 on. */
const passing: ReadonlySet<number> = new Set([408, 409, 425])

function ofError({ status, headers, body }: Arrived, error: ToldError | null): Reply {
  const message = error?.message ?? messageIn(body) ?? `it answered ${status}`
  const why = `the endpoint says: ${message.slice(0, 300)}`
  const { is, why: code } = outcomeOfError(status, error)
  if (is === 'safeguard-block') return { is: 'blocked', code: code ?? 'safeguard', why }
  if (error?.code === 'context_length_exceeded' || (status === 400 && fullWords.test(message))) {
    return { is: 'full', why }
  }
  const isOverload = is === 'overload'
  const wanted = headers['x-should-retry']
  const mayPass = isOverload || status >= 500 || status === 200 || passing.has(status)
  if (wanted !== 'false' && (wanted === 'true' || mayPass)) {
    return again(why, { afterMs: afterMsOf(headers), isOverload, isSpent: false })
  }
  const halt = halting.get(status)
  if (halt !== undefined)
    return { is: 'halted', code: `status-${status}`, why: `${halt}: ${message.slice(0, 300)}` }
  return { is: 'failed', code: code ?? `status-${status}`, why, isSpent: false }
}

const messageIn = (body: Buffer): string | null => {
  const reading = nothingRead()
  readWhole(parsed(body.subarray(0, 65_536)), reading)
  return reading.error?.message ?? null
}

type Again = Omit<Extract<Reply, { is: 'again' }>, 'is' | 'why'>

/** Another try may help. */
export const again = (why: string, more: Partial<Again>): Reply => ({
  ...{ is: 'again', why, afterMs: null, isOverload: false, isSpent: false },
  isDown: more.isOverload ?? false,
  ...more,
})

const afterMsMax = 600_000

/** How long the endpoint wants to be left alone: seconds, or a time as HTTP writes it. */
export function afterMsOf(headers: Arrived['headers'], now: number = Date.now()): number | null {
  const ms = Number(headers['retry-after-ms'])
  if (headers['retry-after-ms'] !== undefined && ms >= 0) return Math.min(ms, afterMsMax)
  const said = headers['retry-after']
  if (said === undefined) return null
  const wait = /^\d{1,9}$/.test(said.trim()) ? Number(said) * 1_000 : Date.parse(said) - now
  return Number.isNaN(wait) ? null : Math.min(Math.max(wait, 0), afterMsMax)
}
