import { no, type Result, yes } from '#kernel/result.ts'
import { outlineOf, stringOf } from '#platform/http/json-members.ts'
import type { GatewayCode, GatewayRefusal } from './refusal.ts'

/** What the gateway has to know of a request; all else passes unread. */
export type Ask = {
  readonly model: string
  /** The most that is asked for, of all answers together; null where the request does not say. */
  readonly outputTokensMax: number | null
  /** Bytes of words in it, without what is an encoding of images or files. */
  readonly textBytes: number
}

const outputNames = ['max_tokens', 'max_completion_tokens', 'max_output_tokens'] as const
const answerNames = ['n', 'best_of'] as const
const read = new Set<string>(['model', 'background', ...outputNames, ...answerNames])

/** Some readers take `Model` for `model`, and letters that only fold to the same. */
const folded = (name: string): string => name.toUpperCase().toLowerCase()

const refuse = (code: GatewayCode, why: string): Result<never, GatewayRefusal> => no({ code, why })

/** Reads of a body what decides about it, and refuses where two readers could read two things. */
export function readAsk(body: Buffer): Result<Ask, GatewayRefusal> {
  const outline = outlineOf(body)
  if (outline === null) return refuse('body-unreadable', 'The body is no JSON object in UTF-8.')
  const found = new Map<string, Buffer>()
  for (const { name, start, end } of outline.members) {
    const plain = folded(name)
    if (!read.has(plain)) continue
    if (name !== plain) {
      return refuse('body-ambiguous', `${JSON.stringify(name)} is not how "${plain}" is spelled.`)
    }
    if (found.has(name)) return refuse('body-ambiguous', `"${name}" is there more than once.`)
    found.set(name, body.subarray(start, end))
  }
  const given = found.get('model')
  const model = given === undefined ? null : stringOf(given)
  if (model === null) {
    return refuse('model-missing', 'Name the model that is asked, as a text, in "model".')
  }
  const background = found.get('background')?.toString('latin1')
  if (background !== undefined && background !== 'false' && background !== 'null') {
    return refuse('runs-in-background', 'What runs in the background could not be cut at the end.')
  }
  const numberAt = (name: string): number | null => countOf(found.get(name))
  const limits = outputNames.map(numberAt).filter((one) => one !== null)
  const answers = Math.max(1, ...answerNames.map((name) => numberAt(name) ?? 1))
  const outputTokensMax = limits.length === 0 ? null : Math.max(...limits) * answers
  return yes({ model, outputTokensMax, textBytes: outline.textBytes })
}

/** What is no number is left to the endpoint to refuse. */
function countOf(bytes: Buffer | undefined): number | null {
  const value = bytes === undefined ? Number.NaN : Number(bytes.toString('latin1', 0, 40))
  return Number.isSafeInteger(value) && value >= 0 ? value : null
}
