import type { z } from 'zod'
import { yes } from '#kernel/result.ts'
import { problemAnswer } from './answer.ts'
import { contextOf, invalid, type Nothing, readParts, surplusBody } from './arrival.ts'
import {
  type Admitted,
  faceOf,
  type Outcome,
  type Route,
  type RouteFace,
  refusing,
} from './route.ts'

/** A file to be saved by whoever asked. */
export type Download = {
  /** Any text; what no file may be called by is replaced. */
  readonly fileName: string
  readonly mediaType: string
  readonly sizeBytes?: number
  readonly content: Uint8Array | string | AsyncIterable<Uint8Array | string>
}

export type DownloadRouteSpec<P, Q, Params, Query, Headers> = RouteFace<
  P,
  Q,
  Params,
  Query,
  Headers
> & {
  /** Media types that are sent, for the OpenAPI document. */
  readonly sends: readonly string[]
  readonly run: (request: Admitted<Q, Params, Query, Headers>) => Promise<Outcome<Download>>
}

/**
 * A route that answers with a file, which browsers save and never show: what others wrote cannot
 * act in our name. Streams are sent at the speed of the client.
 */
export function downloadRoute<
  P,
  Q,
  Params extends z.ZodObject = Nothing,
  Query extends z.ZodObject = Nothing,
  Headers extends z.ZodObject = Nothing,
>(spec: DownloadRouteSpec<P, Q, Params, Query, Headers>): Route<P> {
  return {
    ...faceOf(spec),
    kind: 'download',
    takes: null,
    answers: spec.sends.map((mediaType) => ({ status: 200, description: 'The file.', mediaType })),
    admit: async (arrival) => {
      const { requestId } = arrival
      const refuse = refusing(arrival)
      const who = spec.access.admit(arrival.principal)
      if (!who.ok) return refuse(who.refusal)
      const surplus = surplusBody(arrival)
      if (surplus !== null) return refuse(surplus)
      const parts = readParts(spec, arrival)
      if (!parts.ok) return refuse(invalid(parts.refusal))
      return yes(async () => {
        const request = { ...contextOf(arrival), ...parts.value, principal: who.value }
        const outcome = await spec.run(request)
        if (!outcome.ok) return problemAnswer(outcome.refusal, requestId)
        const { fileName, mediaType, sizeBytes, content } = outcome.value
        const headers = {
          'content-type': mediaType,
          'content-disposition': disposition(fileName),
          ...(sizeBytes === undefined ? {} : { 'content-length': String(sizeBytes) }),
          ...outcome.headers,
        }
        return { status: 200, headers, body: content }
      })
    },
  }
}

/**
 * `attachment` with a name (RFC 6266): once in ASCII for old readers, once in UTF-8 (RFC 8187).
 * Slashes, control and direction characters, which could make a name look like another, go.
 */
export function disposition(fileName: string): string {
  const name = fileName
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}/\\:*?"<>|]/gu, '_')
    .replace(/^\.+/, '_')
    .slice(0, 150)
    .toWellFormed()
  const ascii = name.replace(/[^\x20-\x7e]/g, '_').replace(/%/g, '_')
  const utf8 = encodeURIComponent(name).replace(
    /['()*!]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `attachment; filename="${ascii}"; filename*=UTF-8''${utf8}`
}
