import { present } from '#formats/finding/present.ts'
import { pattern, patternAnyCase } from '#formats/text/pattern.ts'
import { type Claim, type ClaimRule, readerOf } from './claim.ts'
import { placeOf, slashed } from './frame.ts'
import type { Lines } from './line.ts'

const raw = String.raw

const messageLengthMax = 400

/** Output without a line end runs into the next line's beginning. */
const deathNote = /(?:Address|UndefinedBehavior|Memory)Sanitizer:DEADLYSIGNAL$/
const controls = /[\u0000-\u001f\u007f]/g

type Said = { readonly kind: string; readonly message?: string; readonly at?: string }

function said({ kind, message, at }: Said): Claim {
  const place = at === undefined ? null : (placeOf(at) ?? { file: slashed(at) })
  const text = message
    ?.replace(deathNote, '')
    .replace(controls, '')
    .trim()
    .slice(0, messageLengthMax)
  return present<Claim>({
    weight: 'cause',
    family: 'native',
    kind,
    message: text === '' ? undefined : text,
    file: place?.file,
    line: place?.line,
  })
}

const macForm = pattern(
  raw`^ssertion failed: \((.{1,600})\), function \S{1,200} file ([^,]{1,300}),`,
  raw` line (\d{1,9})\.?$`,
)

/** glibc and musl: `prog: file.c:12: int f(int): Assertion `x > 0' failed.` */
function libcAssertion(line: string): Claim | null {
  const mark = line.indexOf('ssertion ')
  const rest = line.slice(mark)
  const wording = /^ssertion (?:failed: )?[`'"“‘](.{1,600}?)['"”’]? failed/.exec(rest)
  if (wording)
    return said({ kind: 'assertion', message: wording[1] ?? '', ...placeBefore(line, mark) })
  const musl = /^ssertion failed: (.{1,600}?) \((\S{1,300}): [^()]{1,200}: (\d{1,9})\)$/.exec(
    line.slice(mark),
  )
  if (musl) return said({ kind: 'assertion', message: musl[1] ?? '', at: `${musl[2]}:${musl[3]}` })
  const mac = macForm.exec(line.slice(mark))
  if (mac) return said({ kind: 'assertion', message: mac[1] ?? '', at: `${mac[2]}:${mac[3]}` })
  return null
}

/** The `file.c:12` nearest before the word, if any. */
function placeBefore(line: string, mark: number): { at?: string } {
  const found = /([^\s:'"()[\]]{1,300}):(\d{1,9}): /.exec(line.slice(0, mark))
  return found ? { at: `${found[1]}:${found[2]}` } : {}
}

const wordedForm = patternAnyCase(
  raw`(?:^|[\s:\]])(?:assertion|assert)(?: (?:failed|failure|violation)`,
  raw`| [^:]{0,120}? failed| failed at [^:]{1,300}:\d{1,9}(?: in [^:]{1,200})?):\s*`,
  raw`(\S.*)$`,
)

/** `assertion failed: x`, `ASSERTION FAILED: x`, `assert failure: x`, with what stands before. */
function wordedAssertion(line: string): Claim | null {
  const match = wordedForm.exec(line)
  if (!match) return null
  return said({
    kind: 'assertion',
    message: tidy(match[1] ?? ''),
    ...placeBefore(line, match.index),
  })
}

const severe = pattern(
  raw`^(?:\[[^\]]{0,100}:FATAL:([^\]()]{1,200}?)(?:\((\d{1,9})\)|:(\d{1,9}))\]`,
  raw`|F\d{4} [\d:.]{8,18} {1,12}\d{1,9} ([^\]:\s]{1,200}):(\d{1,9})\]`,
  raw`|Abort message: ?'?\[FATAL:([^\]()]{1,200})\((\d{1,9})\)\]) ?(.*)$`,
)

/** `[1:2:FATAL:file.cc(12)] Check failed: x.` (Chromium) and glog's `F0813 ... file.cc:130] x`. */
function logged(line: string): Claim | null {
  const match = severe.exec(line)
  if (!match) return null
  const file = match[1] ?? match[4] ?? match[6] ?? ''
  const text = match[8] ?? ''
  const at = `${file}:${match[2] ?? match[3] ?? match[5] ?? match[7]}`
  const check = checkOf(text)
  const isAbortMessage = match[6] !== undefined
  if (check) {
    const found = said({ ...check, at })
    return isAbortMessage ? { ...found, family: 'android' } : found
  }
  const asserted =
    /assert(?:ion)?[^:]{0,40} failed(?: at (\S{1,300}:\d{1,9}))?[^:]{0,100}: (.+)$/i.exec(text)
  if (asserted?.[2]) return said({ kind: 'assertion', message: asserted[2], at: asserted[1] ?? at })
  const api = /^V8 error: (.+)\.$/.exec(text)
  if (api?.[1]) return said({ kind: 'v8-api-error', message: api[1], at })
  if (/^Out of memory\b/.test(text)) return said({ kind: 'out-of-memory', message: text, at })
  const unreachable = /^NOTREACHED(?: hit)?\. ?(.*)$/.exec(text)
  if (unreachable) return said({ kind: 'check', message: tidy(unreachable[1] ?? ''), at })
  // An abort message of Android is what a check left behind; without "failed" it is only worded so.
  if (isAbortMessage)
    return { ...said({ kind: 'check', message: tidy(text), at }), family: 'android' }
  return said({
    kind: match[1] === undefined ? 'fatal-error' : 'fatal-log',
    message: tidy(text),
    at,
  })
}

/** `Check failed: a == b (1 vs. 2).` and its relatives, without the two values. */
function checkOf(text: string): Said | null {
  const match = /(?:^|\b)(Security )?(Debug check|DCHECK|CHECK|Check) failed: (.*)$/.exec(text)
  if (!match) return null
  const security = match[1] === undefined ? '' : 'security-'
  // Chromium's DCHECK is its CHECK in another build; V8 words its own differently.
  const debug = match[2] === 'Debug check' || (security !== '' && match[2] === 'DCHECK')
  return { kind: `${security}${debug ? 'dcheck' : 'check'}`, message: tidy(match[3] ?? '') }
}

/** Without the compared values and the full stop, which differ while the check is the same. */
function tidy(text: string): string {
  const values = text.indexOf(' vs. ')
  const open = values < 0 ? -1 : openBefore(text, values)
  const plain = open > 0 ? text.slice(0, open) : text
  return plain.trim().replace(/[.]$/, '').trim()
}

function openBefore(text: string, from: number): number {
  let depth = 0
  for (let at = from - 1; at > 0; at--) {
    if (text[at] === ')') depth++
    else if (text[at] === '(' && depth-- === 0 && text[at - 1] === ' ') return at
  }
  return -1
}

/** V8's block: `# Fatal error in file.cc, line 12`, then `# Check failed: x.` */
function scriptEngine(line: string, lines: Lines, at: number): Claim | null {
  if (line.startsWith('# Fatal process out of memory: ')) {
    return said({ kind: 'out-of-memory', message: line.slice(2) })
  }
  const match = /^# (?:Fatal error|Runtime error)(?: in (.{0,300}?)(?:, line (\d{1,9}))?)?$/.exec(
    line,
  )
  if (!match) return null
  const next = [at + 1, at + 2]
    .map((index) => lines.bare(index))
    .find((text) => /^# ?\S/.test(text))
  const text = next?.replace(/^# ?/, '') ?? ''
  const number = Number(match[2] ?? 0)
  const file = match[1]?.trim() ?? ''
  const place = number > 0 ? { at: `${file}:${number}` } : {}
  if (line.includes('Runtime error'))
    return said({ kind: 'runtime-assertion', message: tidy(text), ...place })
  const check = checkOf(text) ?? wrongType(text)
  if (check) return said({ ...check, ...place })
  if (/unreachable code|unimplemented code/i.test(text))
    return said({ kind: 'unreachable', ...place })
  if (/out of memory/i.test(text)) return said({ kind: 'out-of-memory', message: text, ...place })
  return said({ kind: 'fatal-error', message: tidy(text), ...place })
}

/** `RepresentationChangerError: node #81:Int64Constant of ...`: a check of V8's compiler. */
function wrongType(text: string): Said | null {
  const message = /^RepresentationChangerError: node #\d{1,9}:(.+)$/.exec(text)?.[1]
  return message === undefined ? null : { kind: 'check', message: tidy(message) }
}

/** `# V8 correctness failure`, then what was compared: two builds disagree about a script. */
function correctness(line: string, lines: Lines, at: number): Claim | null {
  if (!/^# ?V8 correctness failure/.test(line)) return null
  const told = [at + 1, at + 2, at + 3].flatMap((index) => {
    const found = /^# ?V8 correctness ((?:configs|sources|suppression): .{1,200})/.exec(
      lines.bare(index),
    )
    return found?.[1] ?? []
  })
  return { ...said({ kind: 'correctness-failure' }), message: told.join('\n') }
}

/** Out-of-block forms of a check: `Check failed: x`, `CHECK_EQ(a, b) failed: 1 vs. 2`. */
function bareCheck(line: string): Claim | null {
  const plain = /^(?:Check|CHECK|DCHECK|Security (?:D?CHECK)) failed: /.test(line)
    ? checkOf(line)
    : null
  if (plain) return said(plain)
  const android =
    /^(?:Abort message: '?)?(\S{1,300}:\d{1,9}) (CHECK(?:_[A-Z]{2})?\(.{1,600}\)) failed[:.]/.exec(
      line,
    )
  if (android?.[1] && android[2]) {
    const found = said({ kind: 'check', message: `${android[2]} failed`, at: android[1] })
    return line.startsWith('Abort message') ? { ...found, family: 'android' } : found
  }
  return null
}

/** `abort: CSA_ASSERT failed: x [file.cc:12]` of V8's generated code. */
function generatedAssertion(line: string): Claim | null {
  const match = /^abort: (\w{1,40} failed: .{1,600}?)(?: \[(\S{1,300}:\d{1,9})\].{0,400})?$/.exec(
    line,
  )
  if (!match?.[1]) return null
  return said({ kind: 'assertion', message: match[1], ...(match[2] ? { at: match[2] } : {}) })
}

/** `[critical][assert] file.cc:259] panic: not reached`, as Envoy logs. */
function loggedPanic(line: string): Claim | null {
  const match =
    /\[assert\] (?:\[)?(\S{1,300}:\d{1,9})\] (?:panic|assert failure): (.{1,600})$/.exec(line)
  return match?.[1]
    ? said({ kind: 'assertion', message: tidy(match[2] ?? ''), at: match[1] })
    : null
}

const terminationForm = pattern(
  raw`^(?:terminate called after throwing an instance of '([^']{1,300})'|libc\+\+abi`,
  raw`(?:\.dylib)?: terminating (?:with|due to) uncaught exception of type `,
  raw`([^\s:]{1,300}(?:::[^\s:]{1,200}){0,6})(?:: (.{0,400}))?)`,
)

/** The last word of C++: `terminate called after throwing`, libc++abi's `terminating`. */
function terminated(line: string): Claim | null {
  const match = terminationForm.exec(line)
  if (!match) return null
  const type = match[1] ?? match[2] ?? ''
  const message = match[3] === undefined ? type : `${type}: ${match[3]}`
  return { weight: 'detail', family: 'native', message }
}

const heapForm = pattern(
  raw`^(?:\*{3} Error in .{0,300}': )?(double free or corruption|corrupted size vs\. prev_size`,
  raw`|(?:free|malloc|munmap_chunk|realloc)\(\): [a-z ]{3,60})`,
)

/** glibc's heap checks: `double free or corruption (fasttop)`, `malloc(): corrupted top size`. */
function heapCheck(line: string): Claim | null {
  const match = heapForm.exec(line)
  if (match?.[1]) {
    const kind = match[1].startsWith('double free') ? 'double-free' : 'heap-corruption'
    return said({ kind, message: match[1] })
  }
  const smashed = /^\*{3} (stack smashing|buffer overflow) detected \*{3}/.exec(line)
  if (!smashed) return null
  return said({
    kind: smashed[1] === 'stack smashing' ? 'stack-buffer-overflow' : 'buffer-overflow',
  })
}

const rules: readonly ClaimRule[] = [
  { needle: 'Fatal error', read: scriptEngine },
  { needle: 'Runtime error', read: scriptEngine },
  { needle: 'Fatal process out', read: scriptEngine },
  { needle: 'correctness failure', read: correctness },
  { needle: 'FATAL:', read: logged },
  { needle: '] ', read: loggedPanic },
  { needle: '] ', read: logged },
  { needle: ' failed', read: generatedAssertion },
  { needle: ' failed', read: bareCheck },
  { needle: 'ssertion ', read: libcAssertion },
  { needle: 'ssert', read: wordedAssertion },
  { needle: 'SSERT', read: wordedAssertion },
  { needle: 'terminat', read: terminated },
  { needle: '()', read: heapCheck },
  { needle: 'double free', read: heapCheck },
  { needle: 'corrupted size', read: heapCheck },
  { needle: ' detected ***', read: heapCheck },
]

/** What programs print of their own checks before they abort. */
export const assertionClaim = readerOf(rules)
