import type { IncomingMessage } from 'node:http'
import { no, type Result, yes } from '#kernel/result.ts'
import type { GatewayRefusal } from './refusal.ts'

/** Memory for bodies that are on their way, of all requests together. */
export class BodyRoom {
  readonly #bytesMax: number
  #bytes = 0

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  take(bytes: number): boolean {
    if (this.#bytes + bytes > this.#bytesMax) return false
    this.#bytes += bytes
    return true
  }

  free(bytes: number): void {
    this.#bytes -= bytes
  }
}

/** A whole body, and what to call when it is not needed any more. */
export type HeldBody = { readonly bytes: Buffer; readonly free: () => void }

/** Reads a body whole before any of it leaves; null where the evaluator went away within it. */
export async function readBody(
  request: IncomingMessage,
  bytesMax: number,
  room: BodyRoom,
): Promise<Result<HeldBody, GatewayRefusal> | null> {
  const tooLarge = no<GatewayRefusal>({
    code: 'body-too-large',
    why: `A request has at most ${bytesMax} bytes here.`,
  })
  if (Number(request.headers['content-length'] ?? 0) > bytesMax) return tooLarge
  const pieces: Buffer[] = []
  let bytes = 0
  const free = (): void => room.free(bytes)
  try {
    for await (const piece of request) {
      if (!Buffer.isBuffer(piece)) continue
      if (bytes + piece.length > bytesMax) {
        free()
        return tooLarge
      }
      if (!room.take(piece.length)) {
        free()
        return no({ code: 'gateway-full', why: 'Too many large requests are on their way.' })
      }
      bytes += piece.length
      pieces.push(piece)
    }
  } catch {
    free()
    return null
  }
  const [first] = pieces
  return yes({ bytes: pieces.length === 1 && first ? first : Buffer.concat(pieces), free })
}
