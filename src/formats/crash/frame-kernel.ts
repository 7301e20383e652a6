import { named, type PrintedFrame, placeOf } from './frame.ts'

const offset = /^([A-Za-z_$][\w.$]{0,200})\+0x[0-9a-f]{1,8}\/0x[0-9a-f]{1,8}(?= |$)/
const inlined = /^([A-Za-z_]\w{0,200}) (\S{1,300}:\d{1,7})(?: \[inline\])?$/
const instruction =
  /^(?:RIP: \S{1,40}|PC is at|pc :|pc is at|NIP|EIP is at|EIP:|epc :|Internal error.*PC is at) ?/

/**
 * A frame of a Linux kernel trace: `[<addr>] f+0x1/0x2 [mod] file.c:3`, ` f+0x1/0x2`,
 * `[<  inline  >] f file.c:3`, `RIP: 0010:f+0x1/0x2`. Frames that the unwinder doubts (`?`) and
 * the link register are left out: they may be leftovers of earlier calls.
 */
export function kernelFrame(line: string): PrintedFrame | null {
  let rest = line
  const pointed = instruction.exec(line)
  if (pointed) rest = line.slice(pointed[0].length)
  const segment = /^00[0-9a-f]{2}:/.exec(rest)
  if (line.startsWith('RIP:')) rest = line.replace(/^RIP: (?:[0-9a-f]{4}:)?/, '')
  else if (segment) rest = rest.slice(segment[0].length)
  const arm = /^\[<[0-9a-f]{8,16}>\] \((.{3,200}?)\) from \[/.exec(rest)
  if (arm?.[1]) rest = arm[1]
  const bracket = /^(?:\[<[^<>]{1,40}>\] {0,2}){1,2}/.exec(rest)
  if (bracket) rest = rest.slice(bracket[0].length)
  if (rest.startsWith('?')) return null
  const match = offset.exec(rest)
  if (match?.[1]) return placed(match[1], rest.slice(match[0].length))
  const inline = bracket || rest.endsWith('[inline]') ? inlined.exec(rest) : null
  return inline?.[1] ? placed(inline[1], ` ${inline[2] ?? ''}`) : null
}

/** After the offsets come, in any order, the module in brackets and the place. */
function placed(symbol: string, after: string): PrintedFrame | null {
  const words = after.split(' ', 8)
  for (const word of words) {
    const place = word.includes(':') ? placeOf(word) : null
    if (place?.file !== undefined) return named(symbol, place)
  }
  return named(symbol, {})
}
