import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Body } from './body.ts'
import { type Problem, presentProblem, problem, problemKinds, problemMediaType } from './problem.ts'

/** A request that is being answered. */
export type Pending = { readonly body: Body; readonly response: ServerResponse }

/** After the answer to a garbled head the rest is thrown away for so long, so that it arrives. */
const garbageMs = 500

/**
 * What goes on at each connection: which requests are being answered, and what to do when what
 * comes next is no HTTP.
 */
export class Connections {
  readonly #pending = new Map<Duplex, Set<Pending>>()
  /** Connections on which nothing was asked yet, such as those that a browser opens ahead. */
  readonly #idle = new Set<Socket>()
  readonly #given = new WeakSet<Duplex>()

  opened(socket: Socket): void {
    this.#idle.add(socket)
    socket.once('close', () => this.#idle.delete(socket))
  }

  begin(pending: Pending): void {
    const { socket } = pending.response.req
    this.#idle.delete(socket)
    const pendings = this.#pending.get(socket) ?? new Set()
    this.#pending.set(socket, pendings.add(pending))
    pending.response.once('close', () => {
      pendings.delete(pending)
      if (pendings.size > 0) return
      this.#pending.delete(socket)
      if (this.#given.has(socket)) socket.destroySoon()
    })
  }

  /** Closes what waits for a first request: nobody would miss it. */
  closeIdle(): void {
    for (const socket of this.#idle) socket.destroy()
  }

  /**
   * Answers what the parser refuses. While earlier requests of the connection are being answered
   * nothing is written between them: the one whose body is garbled answers itself, and the
   * connection closes after the last.
   */
  refuse(error: Error & { readonly code?: string }, socket: Duplex): void {
    if (this.#given.has(socket)) return
    this.#given.add(socket)
    const pendings = this.#pending.get(socket)
    if (pendings !== undefined) {
      for (const { body } of pendings) body.fail(garbled(error.code))
      return
    }
    if (socket.destroyed || !socket.writable) {
      socket.destroy()
      return
    }
    socket.end(rawAnswer(garbled(error.code)))
    const timer = setTimeout(() => socket.destroy(), garbageMs)
    socket.once('close', () => clearTimeout(timer))
  }
}

/** What the parser of Node says, in the words of a problem. */
function garbled(code: string | undefined): Problem {
  if (code === 'HPE_HEADER_OVERFLOW') {
    return problem('headers-too-large', 'The headers are larger than what is taken.')
  }
  if (code === 'HPE_CHUNK_EXTENSIONS_OVERFLOW') {
    return problem('too-large', 'The chunk extensions are larger than what is taken.')
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return problem('too-slow', 'The request came too slowly.')
  }
  return problem('malformed', 'This is not HTTP/1.1.')
}

/** For a connection on which no response exists. */
function rawAnswer(refused: Problem): string {
  const { status } = problemKinds[refused.code]
  const members = presentProblem(refused, 'none')
  const body = JSON.stringify({ ...members, instance: undefined })
  const head = [
    `HTTP/1.1 ${status} ${members['title']}`,
    `content-type: ${problemMediaType}`,
    `content-length: ${Buffer.byteLength(body)}`,
    'x-content-type-options: nosniff',
    'cache-control: no-store',
    'connection: close',
  ]
  return `${head.join('\r\n')}\r\n\r\n${body}`
}
