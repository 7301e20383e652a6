import { pattern } from '#formats/text/pattern.ts'
import { type PrintedFrame, placeOf, slashed } from './frame.ts'
import type { Lines } from './line.ts'
import { goSymbolOf, openingOfLast, symbolOf } from './symbol.ts'

const raw = String.raw

/** A frame that may span two lines; `used` says how many it took. */
export type TakenFrame = { readonly frame: PrintedFrame; readonly used: 1 | 2 }

const one = (frame: PrintedFrame | null): TakenFrame | null => (frame ? { frame, used: 1 } : null)

/** Python: `File "a.py", line 12, in read`. Outermost first, so that the reader turns them over. */
export function pythonFrame(line: string): TakenFrame | null {
  const match = /^File "([^"]{1,1000})", line (\d{1,9})(?:, in (\S.{0,300}))?$/.exec(line)
  if (!match?.[1]) return null
  const name = match[3] ?? '<module>'
  return one({ function: name, file: slashed(match[1]), line: Number(match[2]) })
}

/** Java, JavaScript and C#, which all write `at`; what follows tells them apart. */
export function atFrame(line: string): TakenFrame | null {
  if (!line.startsWith('at ')) return null
  const text = line.slice(3).trim()
  return one(dotnetFrame(text) ?? javaFrame(text) ?? scriptFrame(text) ?? bareDotnetFrame(text))
}

function dotnetFrame(text: string): PrintedFrame | null {
  const mark = text.lastIndexOf(':line ')
  const into = mark < 0 ? -1 : text.lastIndexOf(') in ', mark)
  if (into < 0) return null
  const line = Number(/^\d{1,9}/.exec(text.slice(mark + 6))?.[0] ?? 0)
  const name = symbolOf(text.slice(0, into + 1))
  return name === '' ? null : { function: name, file: slashed(text.slice(into + 5, mark)), line }
}

const javaForm = pattern(
  raw`^(?:[\w.@$-]{0,100}/{1,2}){0,2}([\w.$<>-]{1,400})\((?:([\w$-]{1,200}\.(?:java|kt`,
  raw`|scala|groovy|clj))(?::(\d{1,9}))?|Native Method|Unknown Source(?::\d{1,9})?`,
  raw`|<generated>)\)`,
)

/** `a.b.C.m(C.java:12)`; a module (`java.base/`) or loader (`app//`) may stand in front. */
function javaFrame(text: string): PrintedFrame | null {
  const match = javaForm.exec(text)
  if (!match?.[1]?.includes('.')) return null
  const file = match[2]
  return {
    function: match[1],
    ...(file === undefined ? {} : { file }),
    ...(match[3] === undefined ? {} : { line: Number(match[3]) }),
  }
}

/** `f (file.js:1:2)`, `async f (file.js:1:2)`, `new F (...)`, or only `file.js:1:2`. */
function scriptFrame(text: string): PrintedFrame | null {
  const open = text.endsWith(')') ? text.lastIndexOf(' (') : -1
  const inside = open > 0 ? text.slice(open + 2, -1) : text
  if (/^(?:<anonymous>|native)$/.test(inside) && open > 0) {
    return { function: scriptName(text.slice(0, open)) }
  }
  if (!/:\d{1,9}:\d{1,9}$/.test(inside)) return null
  const place = placeOf(inside.replace(/^file:\/\//, '').replace(/^(?:async )?eval at .*, /, ''))
  if (place?.file === undefined) return null
  return { function: open > 0 ? scriptName(text.slice(0, open)) : '<anonymous>', ...place }
}

const scriptName = (text: string): string =>
  text
    .replace(/^(?:async |new )/, '')
    .replace(/ \[as [^\]]{1,200}\]$/, '')
    .replace(/^Object\./, '')

/** C# without sources: `Ns.Class.Method(String text)`. */
function bareDotnetFrame(text: string): PrintedFrame | null {
  return /^[\w.+`<>[\],]{1,300}\.[\w.`<>|[\],]{1,200}\([^()]{0,1000}\)$/.test(text)
    ? { function: symbolOf(text) }
    : null
}

const goPlace = /^(\S{1,1000}\.(?:go|s)):(\d{1,9})(?: \+0x[0-9a-f]{1,16})?(?: .{0,200})?$/

const goName = /^[\w./~%@+*()$·{}[\],-]{3,800}$/

/** Go: a call and, on the next line, its place. */
export function goFrame(lines: Lines, at: number): TakenFrame | null {
  const line = lines.bare(at)
  if (!line.endsWith(')') || line.length > 3000) return null
  const open = openingOfLast(line)
  const called = line.slice(0, Math.max(0, open))
  if (!called.includes('.') || !goName.test(called)) return null
  const place = goPlace.exec(lines.raw(at + 1).trim())
  const name = goSymbolOf(called)
  if (!place?.[1]) return line.endsWith('(...)') ? one({ function: name }) : null
  return { frame: { function: name, file: place[1], line: Number(place[2]) }, used: 2 }
}

/** Rust's own backtraces: `12: name` and, on the next line, `at file:line:column`. */
export function rustFrame(lines: Lines, at: number): TakenFrame | null {
  const match = /^(\d{1,4}): (?:\s*0x[0-9a-f]{1,16} - )?(\S.{0,1000})$/.exec(lines.bare(at))
  if (!match?.[2]) return null
  const name = symbolOf(match[2])
  if (name === '' || name === '<unknown>') return null
  const next = lines.raw(at + 1).trim()
  const place = next.startsWith('at ') ? placeOf(next.slice(3)) : null
  const frame = { function: name, index: Number(match[1]) }
  return place ? { frame: { ...frame, ...place }, used: 2 } : one(frame)
}
