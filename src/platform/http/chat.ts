import { no, type Result, yes } from '#kernel/result.ts'

/** One question to a model behind an OpenAI-compatible chat completions endpoint. */
export type ChatRequest = {
  /** Up to `/v1`: `http://127.0.0.1:8080/v1`. */
  readonly base: URL
  readonly model: string
  /** Sent as a bearer token; never logged and never part of an error. */
  readonly key?: string
  readonly system: string
  readonly user: string
  readonly timeoutMs: number
}

const answerBytesMax = 1_000_000

/** The text of the first choice. Every failure is an answer, with what to look at. */
export async function chat(request: ChatRequest): Promise<Result<string>> {
  const { base, model, key, system, user, timeoutMs } = request
  const at = new URL('chat/completions', base.href.endsWith('/') ? base : `${base.href}/`)
  try {
    const response = await fetch(at, {
      method: 'POST',
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
      headers: {
        'content-type': 'application/json',
        ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      },
      body: JSON.stringify({
        model,
        temperature: 0,
        messages: [
          { role: 'system', content: system },
          { role: 'user', content: user },
        ],
      }),
    })
    if (!response.ok) return unavailable(at, `answered ${response.status}`)
    const text = await limited(response)
    if (text === null) return unavailable(at, `answered more than ${answerBytesMax} bytes`)
    const said = contentOf(text)
    return said === null ? unavailable(at, 'answered no chat completion') : yes(said)
  } catch (error) {
    const timedOut = error instanceof Error && error.name === 'TimeoutError'
    return unavailable(at, timedOut ? `gave no answer in ${timeoutMs} ms` : 'cannot be reached')
  }
}

function unavailable(at: URL, why: string): Result<never> {
  return no({ code: 'no-network', why: `the model at ${at.origin}${at.pathname} ${why}` })
}

async function limited(response: Response): Promise<string | null> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.length
    if (size > answerBytesMax) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

/** `choices[0].message.content`, or null where the answer has another form. */
function contentOf(text: string): string | null {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return null
  }
  if (!isRecord(value) || !Array.isArray(value['choices'])) return null
  const choice: unknown = value['choices'][0]
  const message = isRecord(choice) ? choice['message'] : null
  const content = isRecord(message) ? message['content'] : null
  return typeof content === 'string' ? content : null
}
