// Reads one document in a process of its own: its first line of input says how, the rest are the
// bytes. What the document does to this process, in memory or time, costs no other.
import { z } from 'zod'
import type { Chunks } from '#platform/files/bytes.ts'
import { waitBehind } from '#platform/jobs/politeness.ts'
import { decodeImport } from './import-decode.ts'
import { endLine, linesOfItem } from './import-line.ts'

const Options = z.strictObject({
  ...{ name: z.string(), format: z.string().nullable(), series: z.string().nullable() },
})

waitBehind()

const { head, rest } = await headOf(process.stdin)
let held = ''
for await (const item of decodeImport(rest, Options.parse(JSON.parse(head)))) {
  held += linesOfItem(item)
  if (held.length > 65_536) {
    await write(held)
    held = ''
  }
}
await write(held + endLine)

/** Writes at the speed of the reader. */
function write(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => (error ? reject(error) : resolve()))
  })
}

async function headOf(input: Chunks): Promise<{ head: string; rest: Chunks }> {
  const source = input[Symbol.asyncIterator]()
  let held = Buffer.alloc(0)
  while (!held.includes(0x0a)) {
    const next = await source.next()
    if (next.done) throw new TypeError('nothing says how to read')
    held = Buffer.concat([held, next.value])
  }
  const end = held.indexOf(0x0a)
  async function* rest(): Chunks {
    yield held.subarray(end + 1)
    for (let next = await source.next(); !next.done; next = await source.next()) yield next.value
  }
  return { head: held.toString('utf8', 0, end), rest: rest() }
}
