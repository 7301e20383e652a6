import type { CustomFetchOptions } from 'openid-client'
import { fetchable } from '#platform/http/address.ts'

/** That a provider cannot be asked: no connection, too slow, too large, or broken on its side. */
export class ProviderAway extends Error {
  override readonly name = 'ProviderAway'
}

export type FetchBounds = {
  readonly bytesMax: number
  /** From the first byte sent to the last one received. */
  readonly wholeMs: number
  /** From where the addresses come: it may lead to other hosts, not to this machine. */
  readonly issuer: URL
}

/** Fetches within bounds, following nothing. Throws `ProviderAway`. */
export const boundedFetch =
  ({ bytesMax, wholeMs, issuer }: FetchBounds) =>
  async (
    address: string,
    { method, headers: sent, body }: CustomFetchOptions,
  ): Promise<Response> => {
    const url = fetchable(address, issuer)
    if (!url.ok) throw new ProviderAway(`${url.refusal.at} ${url.refusal.why}`)
    const signal = AbortSignal.timeout(wholeMs)
    try {
      const form = body instanceof URLSearchParams ? { body } : {}
      const request = { method, headers: sent, ...form, signal, redirect: 'manual' } as const
      const response = await fetch(url.value, request)
      const { status, statusText, headers } = response
      if (status >= 500) {
        await response.body?.cancel()
        throw new ProviderAway(`it answers with status ${status}`)
      }
      const bytes = await readAtMost(response, bytesMax)
      return new Response(bytes.length > 0 ? bytes : null, { status, statusText, headers })
    } catch (error) {
      throw error instanceof ProviderAway ? error : awayBecause(error, wholeMs)
    }
  }

function awayBecause(error: unknown, wholeMs: number): ProviderAway {
  if (error instanceof Error && error.name === 'TimeoutError') {
    return new ProviderAway(`it takes longer than ${wholeMs} ms`, { cause: error })
  }
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  const says = code ?? (cause instanceof Error ? cause.message : cause)
  return new ProviderAway(`the connection fails: ${String(says)}`, { cause: error })
}

async function readAtMost(response: Response, bytesMax: number): Promise<Buffer<ArrayBuffer>> {
  const chunks: Uint8Array[] = []
  let size = 0
  // Leaving the loop early gives the connection up.
  for await (const chunk of response.body ?? []) {
    size += chunk.length
    if (size > bytesMax) throw new ProviderAway(`it answers with more than ${bytesMax} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
