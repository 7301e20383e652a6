/** The lines of a log with their character offsets; long lines are cut for reading only. */
export type Lines = {
  /** How many lines there are. */
  readonly count: number
  /** The line as it stands, at most `lineLengthMax` characters, without its line end. */
  readonly raw: (index: number) => string
  /** The line without quoting, time stamps, colours and process marks in front; trimmed. */
  readonly bare: (index: number) => string
  /** The character offset at which line `index` starts; `count` gives the end of the text. */
  readonly offset: (index: number) => number
}

/** Symbols of heavily templated C++ run to a few thousand characters, not more. */
const lineLengthMax = 4000

/** Cuts a text into lines once; any of CR LF and LF ends a line. */
export function linesOf(text: string): Lines {
  const starts: number[] = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  const raw = (index: number): string => {
    const start = starts[index]
    if (start === undefined) return ''
    const next = starts[index + 1]
    const end = next === undefined ? text.length : next - 1
    return text.slice(start, Math.min(end, start + lineLengthMax))
  }
  let lastIndex = -1
  let lastBare = ''
  return {
    count: starts.length,
    raw,
    bare: (index) => {
      if (index !== lastIndex) {
        lastIndex = index
        lastBare = bareLine(raw(index))
      }
      return lastBare
    },
    offset: (index) => starts[index] ?? text.length,
  }
}

const colours = /\u001b\[[0-9;]{0,20}[A-Za-z]/g
/** `[   12.345678]`, `[ 12.345678][ T123]`, `<4>[ 1.0]`: the kernel's log prefix. */
const kernelPrefix = /^(?:<\d{1,2}>)?\[ {0,8}\d{1,8}\.\d{1,9}\] ?(?:\[ {0,8}[TC]\d{1,8}\] ?)?/
/** `03-21 12:00:00.123  1234  1234 F DEBUG   : ` and `E/Tag( 123): `, as logcat prints. */
const logcatPrefix =
  /^\d\d-\d\d \d\d:\d\d:\d\d\.\d{3,6} {1,4}\d{1,6} {1,4}\d{1,6} [VDIWEFS] [^:]{0,40}: ?/
const briefLogcatPrefix = /^[VDIWEFS]\/[^(]{0,40}\( {0,5}\d{1,6}\): ?/
/** `==123== ` of Valgrind and of the sanitizers. */
const processMark = /^(?:==\d{1,10}==|--\d{1,10}--) ?/
/** Centipede repeats the log of its child behind this mark. */
const childMark = /^CRASH LOG: ?/
/** `> ` of quoted mail and of Markdown. */
const quoteMark = /^(?:> ?){1,4}/

function bareLine(raw: string): string {
  let line = raw
  if (line.includes('\u001b')) line = line.replace(colours, '')
  if (line.charCodeAt(0) === 62) line = line.replace(quoteMark, '')
  const first = line.charCodeAt(0)
  if (first === 91 || first === 60) line = line.replace(kernelPrefix, '')
  else if (first >= 48 && first <= 57) line = line.replace(logcatPrefix, '')
  else if (first === 67) line = line.replace(childMark, '')
  if (first >= 65 && first <= 90) line = line.replace(briefLogcatPrefix, '')
  line = line.trim()
  const mark = line.charCodeAt(0)
  return mark === 61 || mark === 45 ? line.replace(processMark, '').trim() : line
}
