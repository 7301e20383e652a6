import type { Decoded, Decoder, Material } from '#formats/finding/decoder.ts'
import type { Crash, Finding, Location } from '#formats/finding/finding.ts'
import { present } from '#formats/finding/present.ts'
import { lineCounter } from '#formats/text/line-counter.ts'
import { pattern, patternAnyCase } from '#formats/text/pattern.ts'
import { isBoring } from './boring.ts'
import type { CrashFamily } from './claim.ts'
import { type CrashReport, crashesIn } from './crash.ts'
import { isNearNull } from './crash-type.ts'
import { tellingNames } from './state.ts'

const raw = String.raw

/** The programs behind the families, as a tool's name. */
const tools: Partial<Record<CrashFamily, string>> = {
  asan: 'AddressSanitizer',
  hwasan: 'HWAddressSanitizer',
  msan: 'MemorySanitizer',
  tsan: 'ThreadSanitizer',
  ubsan: 'UndefinedBehaviorSanitizer',
  lsan: 'LeakSanitizer',
  fuzzer: 'libFuzzer',
  valgrind: 'Valgrind',
}

/** CWE numbers of kinds that have exactly one meaning (CWE 4, view 1000). */
const weaknesses: Readonly<Record<string, number>> = {
  'heap-buffer-overflow': 122,
  'stack-buffer-overflow': 121,
  'stack-buffer-underflow': 124,
  'heap-use-after-free': 416,
  'stack-use-after-return': 562,
  'stack-use-after-scope': 562,
  'use-after-poison': 416,
  'double-free': 415,
  'bad-free': 590,
  'invalid-free': 590,
  'alloc-dealloc-mismatch': 762,
  'mismatched-free': 762,
  'use-of-uninitialized-value': 457,
  'use-of-uninitialised-value': 457,
  'uninitialised-condition': 457,
  'data-race': 362,
  'signed-integer-overflow': 190,
  'unsigned-integer-overflow': 190,
  'integer-divide-by-zero': 369,
  'int-divide-by-zero': 369,
  vptr: 843,
  'null-ptr-deref': 476,
  null: 476,
  'invalid-memory-address': 476,
  'slab-out-of-bounds': 787,
  'use-after-free': 416,
  'stack-overflow': 674,
  'direct-leak': 401,
  'definitely-lost': 401,
  'memory-leak': 401,
  assertion: 617,
  'index-out-of-range': 129,
}

/** A crash as a finding; `place` is where in its document it begins. */
function findingOfCrash(report: CrashReport, original: string, line: number): Finding {
  const { crash, family } = report
  const tool = tools[family]
  const cwe = weaknessOf(crash)
  return present<Finding>({
    at: { line },
    title: titleOfCrash(crash),
    details: crash.message,
    tool: tool === undefined ? undefined : { name: tool },
    rule: { id: crash.kind },
    cwe: cwe === null ? undefined : [cwe],
    locations: locationsOf(report),
    symbols: [...new Set(tellingNames(crash))].slice(0, symbolsMax),
    crash,
    original,
  })
}

const symbolsMax = 8

/** `heap-buffer-overflow (read of 4) in png_read_row`. */
export function titleOfCrash(crash: Crash): string {
  const kind = titleOfKind(crash)
  const [first] = tellingNames(crash)
  if (first !== undefined) return `${kind} in ${first}`
  return crash.message === undefined ? kind : `${kind}: ${crash.message.slice(0, 120)}`
}

/** `heap-buffer-overflow (read of 4)`, `SEGV near null (write)`. */
export function titleOfKind({ kind, access, sizeBytes, address }: Crash): string {
  const size = sizeBytes === undefined ? '' : ` of ${sizeBytes}`
  const touched = access === undefined ? '' : ` (${access}${size})`
  const near = kind === 'SEGV' && isNearNull(address) ? ' near null' : ''
  return `${kind}${near}${touched}`
}

/** The weakness that the kind means by itself; a null pointer needs the address. */
function weaknessOf(crash: Crash): number | null {
  const named = weaknesses[crash.kind]
  if (crash.kind === 'slab-out-of-bounds' && crash.access === 'read') return 125
  if (named !== undefined) return named
  return crash.kind === 'SEGV' && isNearNull(crash.address) ? 476 : null
}

const locationsMax = 12

/** The telling frames that have a file: the first is the place of the fault, the rest its flow. */
function locationsOf({ crash, file, line }: CrashReport): Location[] {
  const places = crash.frames
    .filter((frame) => frame.file !== undefined && !isBoring(frame))
    .slice(0, locationsMax)
    .map((frame, at) =>
      present<Location>({
        file: frame.file ?? '',
        line: frame.line,
        function: frame.function,
        role: at === 0 ? undefined : 'flow',
      }),
    )
  return places.length > 0 || file === undefined ? places : [present<Location>({ file, line })]
}

/** How much of a text may be no crash for it to count as a crash log all the same. */
const strayCharactersMax = 4000

function recognise(material: Material): 0 | 1 | 2 | 3 {
  if (material.kind !== 'text' || !mayCrash(material.text)) return 0
  const found = crashesIn(material.text).filter(({ weight }) => weight !== 'mention')
  if (found.length === 0) return 0
  if (isWritten(material.text, found)) return 1
  const inside = found.reduce((sum, { start, end }) => sum + end - start, 0)
  const outside = material.text.length - inside
  return outside <= Math.max(strayCharactersMax, inside) ? 3 : 2
}

const sentence = /^(?:[-*>\d.)\s]{0,8})[A-Z][^\n]{30,}[a-z0-9)`'"][.:!?]\s*$/
const label = patternAnyCase(
  raw`^\W{0,6}(?:title|severity|summary|impact|description|steps to reproduce|cwe`,
  raw`|subject)\b\W`,
)
const sentencesMin = 3

/** Whether a person wrote around the crashes: then the text is a report that quotes them. */
function isWritten(text: string, found: readonly CrashReport[]): boolean {
  let at = 0
  let sentences = 0
  for (const { start, end } of [...found, { start: text.length, end: text.length }]) {
    for (const line of text.slice(at, Math.min(start, at + writtenCharsMax)).split('\n')) {
      if (/^#{1,3} \S/.test(line) || label.test(line)) return true
      const words = line.split(' ').length
      if (
        words > 6 &&
        sentence.test(line) &&
        !pattern(raw`^\s*(?:INFO|WARNING|ERROR|note):`).test(line)
      )
        sentences++
    }
    at = Math.max(at, end)
    if (sentences >= sentencesMin) return true
  }
  return false
}

const writtenCharsMax = 20_000

/** A cheap look before the whole text is read: words that every kind of report holds. */
const mayCrash = (text: string): boolean =>
  /Sanitizer|SIG[A-Z]{3}|signal|panic|Traceback|xception|rror|BUG\b|ssert|CANNOT LINK/.test(text) ||
  /ASSERT|FATAL|failed|#0 /.test(text)

function decode(material: Material): Decoded {
  if (material.kind !== 'text') return { findings: [], components: [], problems: [] }
  const { text } = material
  const lineAt = lineCounter(text)
  const found = crashesIn(text)
  const telling = found.filter(({ weight }) => weight !== 'mention')
  const kept = telling.length > 0 ? telling : found
  const findings = kept.map((report, at) => {
    // Lines before the first crash and after each belong to the crash they surround.
    const start = at === 0 ? 0 : report.start
    const end = kept[at + 1]?.start ?? text.length
    return findingOfCrash(report, text.slice(start, end), lineAt(report.start))
  })
  return { findings, components: [], problems: [] }
}

/** Logs that are nothing but crashes: one or many in a file. */
export const crashDecoder: Decoder = {
  name: 'crash-log',
  title: 'Sanitizer, debugger and runtime crash logs',
  source:
    'Reports of LLVM sanitizers and libFuzzer, Valgrind, gdb, the Linux kernel, Go, Rust, ' +
    'Python, Java, JavaScript, C#, Android and Windows debuggers, read from the 263 traces of ' +
    'ClusterFuzz and the 902 reports of CASR',
  recognise,
  decode,
}
