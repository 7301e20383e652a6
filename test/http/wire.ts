import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** What a server answered on one connection, head and body apart. */
export type Reply = {
  readonly status: number
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
  /** Everything that came, further replies included. */
  readonly text: string
}

/** A connection on which a test says exactly the bytes that it wants to say. */
export async function dial(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true })
  socket.on('error', () => {})
  await once(socket, 'connect')
  return socket
}

export type Say = {
  /** Close our side after the last byte. */
  readonly isHalfClosed?: boolean
  readonly withinMs?: number
}

/** Says something and takes what comes back until the server closes or the reply is whole. */
export async function say(url: string, text: string | Buffer, how: Say = {}): Promise<Reply> {
  const socket = await dial(url)
  try {
    if (how.isHalfClosed) socket.end(text)
    else socket.write(text)
    return await replyOn(socket, how.withinMs)
  } finally {
    socket.destroy()
  }
}

/** The first whole reply on a connection, or what there is of it when the server closes. */
export async function replyOn(socket: Socket, withinMs = 5_000): Promise<Reply> {
  const chunks: Buffer[] = []
  return new Promise((resolve, reject) => {
    const finish = (): void => {
      clearTimeout(timer)
      resolve(parsed(Buffer.concat(chunks).toString('latin1')))
    }
    const timer = setTimeout(() => {
      reject(new Error(`no whole reply within ${withinMs} ms: ${Buffer.concat(chunks)}`))
    }, withinMs)
    socket.on('data', (chunk) => {
      chunks.push(chunk)
      if (isWhole(Buffer.concat(chunks).toString('latin1'))) finish()
    })
    socket.on('end', finish)
    socket.on('close', finish)
  })
}

function isWhole(text: string): boolean {
  const { headers, body, status } = parsed(text)
  if (status === 100) return true
  const length = headers.get('content-length')
  if (length !== undefined) return body.length >= Number(length)
  if (headers.get('transfer-encoding') === 'chunked') return body.endsWith('0\r\n\r\n')
  return status === 204 && text.includes('\r\n\r\n')
}

function parsed(text: string): Reply {
  const at = text.indexOf('\r\n\r\n')
  const head = (at < 0 ? text : text.slice(0, at)).split('\r\n')
  const headers = head.slice(1).map((line): [string, string] => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
  })
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0)
  return { status, headers: new Map(headers), body: at < 0 ? '' : text.slice(at + 4), text }
}
