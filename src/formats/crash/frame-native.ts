import { frameOf, named, type PrintedFrame, placeOf, slashed } from './frame.ts'

/** Reads one frame in any of the styles of native code, or null. The line is bare and trimmed. */
export function nativeFrame(line: string): PrintedFrame | null {
  const first = line.charCodeAt(0)
  if (first === 35) return hashFrame(line)
  if (first >= 48 && first <= 57) return numberedFrame(line)
  if (first === 64) return glogFrame(line)
  if (first === 91) return addressFrame(line)
  if (first === 47 && line.includes('(')) return backtraceFrame(line)
  if (line.endsWith(']')) return backtraceFrame(line) ?? chromeWindowsFrame(line)
  if (line.endsWith(')') && line.includes(' [0x')) return chromeWindowsFrame(line)
  return valgrindFrame(line) ?? trustyFrame(line)
}

const hash = /^#(\d{1,4})(?:\.\d{1,3})?:?\s+(.+)$/
/** libFuzzer's progress lines also begin with a hash and a number. */
const progress = /^(?:INITED|NEW|REDUCE|READ|RELOAD|DONE|pulse)\b|: cov: /
const pcOfTombstone = /^pc ([0-9a-f]{4,16})\s+(\S.*)$/

/** `#0 0x12 in f(int) a.c:1:2` (sanitizers), `#1  f (x=1) at a.c:3` (gdb), `#2 pc 0a1 lib`. */
function hashFrame(line: string): PrintedFrame | null {
  const match = hash.exec(line)
  if (!match) return null
  const index = Number(match[1])
  let rest = match[2] ?? ''
  const tombstone = pcOfTombstone.exec(rest)
  if (tombstone) return tombstoneFrame(tombstone[1] ?? '', tombstone[2] ?? '', index)
  const address = /^(?:0x)?[0-9a-fA-F]{6,18}(?=\s|$)|^0x[0-9a-fA-F]{1,16}(?=\s|$)/.exec(rest)?.[0]
  if (address !== undefined) rest = rest.slice(address.length).trimStart()
  if (rest.startsWith('in ')) rest = rest.slice(3)
  if (rest === '' || rest === 'in' || progress.test(rest)) return null
  return gdbFrame(rest, index) ?? phpFrame(rest, index) ?? frameOf(rest, index)
}

/** `name (arguments) at file:line` or `... from /lib/x.so`, as gdb prints. */
function gdbFrame(rest: string, index: number): PrintedFrame | null {
  if (rest === '<signal handler called>') return { function: rest, index }
  const at = rest.lastIndexOf(') at ')
  if (at > 0) {
    const place = placeOf(rest.slice(at + 5).trim())
    if (place) return named(withoutGdbArguments(rest.slice(0, at + 1)), place, { index })
  }
  const from = rest.lastIndexOf(') from ')
  if (from > 0) return named(withoutGdbArguments(rest.slice(0, from + 1)), {}, { index })
  return rest.endsWith(')') && / \((?:\)|\w+=|[^+]*=)/.test(rest)
    ? named(withoutGdbArguments(rest), {}, { index })
    : null
}

const withoutGdbArguments = (text: string): string => {
  const space = text.indexOf(' (')
  return space > 0 && !text.startsWith(' (anonymous', space) ? text.slice(0, space) : text
}

/** PHP: `#0 /srv/a.php(12): Parser->read('x')`. */
function phpFrame(rest: string, index: number): PrintedFrame | null {
  const match = /^([^\s()]{1,400})\((\d{1,9})\): (.+)$/.exec(rest)
  if (!match?.[1] || !match[3]) return null
  return named(match[3], { file: slashed(match[1]), line: Number(match[2]) }, { index })
}

/** `#00 pc 0004793e  /system/lib/libc.so (abort+50) (BuildId: 12)`. */
function tombstoneFrame(pc: string, rest: string, index: number): PrintedFrame | null {
  const bare = rest.replace(/ ?\(BuildId: ?[0-9a-f]{0,64}\)$/i, '')
  const open = bare.indexOf(' (')
  const module = (open < 0 ? bare : bare.slice(0, open)).trim()
  if (open > 0 && bare.endsWith(')')) {
    const symbol = bare.slice(open + 2, -1).replace(/\+\d{1,12}$/, '')
    if (!symbol.startsWith('offset ')) return named(symbol, {}, { index })
  }
  return { function: `${module}+0x${pc}`, index, bare: true }
}

const withoutHash = /^(\d{1,4}):?\s+(\S.*)$/

/** WebKit `3 0x7f12 f(int)`, macOS `3  Module 0x7f12 f + 12`, V8 ` 3: 0x7f12`, cdb's columns. */
function numberedFrame(line: string): PrintedFrame | null {
  const cdb = debuggerFrame(line)
  if (cdb) return cdb
  const match = withoutHash.exec(line)
  if (!match) return null
  const index = Number(match[1])
  const rest = match[2] ?? ''
  const plain = /^0x[0-9a-fA-F]{4,16}(?:\s+-?\s*(\S.*))?$/.exec(rest)
  if (plain) return plain[1] === undefined ? null : frameOf(plain[1], index)
  const mac = / 0x[0-9a-fA-F]{8,16} /.exec(rest.slice(0, 300))
  if (!mac) return null
  const symbol = rest.slice(mac.index + mac[0].length)
  return symbol.startsWith('0x') ? null : named(symbol, {}, { index })
}

const cdbColumn =
  /^(?:[0-9a-f]{1,4} )?[0-9a-f]{8}(?:`?[0-9a-f]{8})? [0-9a-f]{8}(?:`?[0-9a-f]{8})? /i

/** Windows debuggers: `002df7e4 00fd1423 00fd1078 Module!function+0x1e [path @ 12]`. */
function debuggerFrame(line: string): PrintedFrame | null {
  if (!cdbColumn.test(line)) return null
  const place = /\s\[([^[\]]{1,500}) @ (\d{1,9})\]$/.exec(line)
  const text = place ? line.slice(0, place.index) : line
  const mark = text.indexOf('!')
  if (mark < 0) {
    const bare = / ([A-Za-z][\w.]{0,60}\+0x[0-9a-f]{1,16})$/i.exec(text)?.[1]
    return bare === undefined ? null : { function: bare, bare: true }
  }
  const source = place ? { file: slashed(place[1] ?? ''), line: Number(place[2]) } : {}
  return named(text.slice(mark + 1).replace(/\+(?:0x[0-9a-f]{0,16})?$/i, ''), source)
}

/** `@ 0x7f12 google::LogMessage::Flush()`, as glog prints. */
function glogFrame(line: string): PrintedFrame | null {
  const match = /^@\s+0x[0-9a-fA-F]{1,16}\s+(\S.*)$/.exec(line)
  if (!match?.[1] || match[1] === '(unknown)') return null
  return frameOf(match[1])
}

/** `[0x7f12] f(int)`, as older Chrome logs print; the kernel's brackets are read elsewhere. */
function addressFrame(line: string): PrintedFrame | null {
  const match = /^\[0x[0-9a-fA-F]{1,16}\] (\S.*)$/.exec(line)
  return match?.[1] ? frameOf(match[1]) : null
}

/** glibc's `backtrace`: `/bin/app(function+0x12)[0x7f12]`, also with a space before `[`. */
function backtraceFrame(line: string): PrintedFrame | null {
  const address = / ?\[0x[0-9a-fA-F]{1,16}\]$/.exec(line)
  if (!address && !/\+0x[0-9a-fA-F]{1,16}\)$/.test(line)) return brokenFrame(line)
  const text = line.slice(0, address?.index)
  if (!text.startsWith('/') && !text.startsWith('./')) return null
  const open = text.indexOf('(')
  if (open < 0) return { function: text, bare: true }
  const inside = text.endsWith(')') ? text.slice(open + 1, -1) : text.slice(open + 1)
  const symbol = inside.replace(/\+0x[0-9a-fA-F]{1,16}$/, '')
  if (symbol !== '') return named(symbol, {})
  return { function: `${text.slice(0, open)}${inside}`, bare: true }
}

/** The same, broken by a log into several lines: `/lib/v8.so(v8::Compile(v8::Code*,`. */
function brokenFrame(line: string): PrintedFrame | null {
  const match = /^\/[^\s(]{1,500}\(([A-Za-z_][\w:~<>]{2,300})\([^)]{0,500}$/.exec(line)
  return match?.[1] ? named(match[1], {}) : null
}

/** Chrome on Windows: `name::f [0x61B0EB84+292] (base\logging.cc:524)`. */
function chromeWindowsFrame(line: string): PrintedFrame | null {
  const mark = / \[0x[0-9a-fA-F]{6,16}(?:\+\d{1,12})?\]/.exec(line)
  if (!mark || mark.index === 0 || line.startsWith('(No symbol)')) return null
  const rest = line.slice(mark.index + mark[0].length).trim()
  const place = rest.startsWith('(') && rest.endsWith(')') ? placeOf(rest.slice(1, -1)) : null
  const symbol = line.slice(0, mark.index)
  if ((rest !== '' && !place) || count(symbol, '(') !== count(symbol, ')')) return null
  return named(line.slice(0, mark.index), place ?? {})
}

const count = (text: string, mark: string): number => text.split(mark).length - 1

/** `at 0x4005: f (a.c:12)` and `by 0x4006: main (in /bin/a)`, as Valgrind prints. */
function valgrindFrame(line: string): PrintedFrame | null {
  const match = /^(?:at|by) 0x[0-9A-Fa-f]{1,16}: (\S.*)$/.exec(line)
  const text = match?.[1]
  if (text === undefined) return null
  const open = text.lastIndexOf(' (')
  const inside = open > 0 && text.endsWith(')') ? text.slice(open + 2, -1) : ''
  if (inside.startsWith('in ')) return unsymbolised(text.slice(0, open), inside.slice(3))
  const place = placeOf(inside)
  return named(place ? text.slice(0, open) : text, place ?? {})
}

const unsymbolised = (symbol: string, module: string): PrintedFrame | null =>
  symbol === '???' ? { function: module, bare: true } : named(symbol, {})

/** Trusty OS: `uSP+0x01d0: 0x000000000001b048 in fe_invert file.c:3`. */
function trustyFrame(line: string): PrintedFrame | null {
  const match = /^[uk]SP\+0x[0-9a-f]{1,8}: 0x[0-9a-f]{1,16} in (\S.*)$/.exec(line)
  return match?.[1] ? frameOf(match[1]) : null
}
