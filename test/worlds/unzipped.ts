import { inflateRawSync } from 'node:zlib'
import type { Answer } from './world.ts'

const centralHeader = 0x02014b50
const deflated = 8

/** The files of a zip, each under its name, so that what is random in them can be told. */
export function unzipped(answer: Answer): Answer {
  if (answer.headers.get('content-type') !== 'application/zip') return answer
  const { body } = answer
  const files: string[] = []
  for (let at = 0; at + 46 < body.length; at++) {
    if (body.readUInt32LE(at) !== centralHeader) continue
    const [method, packed] = [body.readUInt16LE(at + 10), body.readUInt32LE(at + 20)]
    const local = body.readUInt32LE(at + 42)
    const name = body.toString('utf8', at + 46, at + 46 + body.readUInt16LE(at + 28))
    const from = local + 30 + body.readUInt16LE(local + 26) + body.readUInt16LE(local + 28)
    const bytes = body.subarray(from, from + packed)
    files.push(`${name}\n${method === deflated ? inflateRawSync(bytes) : bytes}`)
  }
  const headers = new Map(answer.headers).set('content-type', 'text/plain of a zip')
  return { ...answer, headers, body: Buffer.from(files.join('\n')) }
}
