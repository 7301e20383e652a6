import { createServer, type Socket } from 'node:net'

/** A PostgreSQL of a version that is too old, as far as a client can tell before it goes away. */
export type OldServer = AsyncDisposable & { readonly url: string }

/** Messages of the protocol: https://www.postgresql.org/docs/18/protocol-message-formats.html */
function message(type: string, body: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeInt32BE(body.length + 4)
  return Buffer.concat([Buffer.from(type), length, body])
}

const text = (...words: readonly string[]): Buffer => Buffer.from(`${words.join('\0')}\0`)
const int16 = (value: number): Buffer => Buffer.from([value >> 8, value & 255])
const int32 = (value: number): Buffer => Buffer.concat([int16(value >> 16), int16(value & 0xffff)])

const authenticated = message('R', int32(0))
const ready = message('Z', Buffer.from('I'))
const textType = Buffer.concat([int32(0), int16(0), int32(25), int16(65_535), int32(-1), int16(0)])

function rowOf(values: Readonly<Record<string, string>>): Buffer {
  const columns = Object.keys(values).flatMap((name) => [text(name), textType])
  const cells = Object.values(values).flatMap((value) => [int32(value.length), Buffer.from(value)])
  const count = int16(Object.keys(values).length)
  return Buffer.concat([
    message('T', Buffer.concat([count, ...columns])),
    message('D', Buffer.concat([count, ...cells])),
    message('C', text('SELECT 1')),
    ready,
  ])
}

function answer(socket: Socket): void {
  let isFirst = true
  socket.on('error', () => undefined)
  socket.on('data', (bytes) => {
    if (isFirst) socket.write(Buffer.concat([authenticated, ready]))
    else if (bytes[0] === 'Q'.charCodeAt(0)) {
      socket.write(rowOf({ number: '140011', encoding: 'UTF8' }))
    }
    isFirst = false
  })
}

export async function openOldServer(): Promise<OldServer> {
  const server = createServer(answer)
  await new Promise<void>((settle) => server.listen(0, '127.0.0.1', settle))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `postgres://owner:secret@127.0.0.1:${port}/parley`,
    [Symbol.asyncDispose]: async () => void server.close(),
  }
}
