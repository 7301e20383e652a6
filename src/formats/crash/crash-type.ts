import type { Crash } from '#formats/finding/finding.ts'
import type { CrashReport } from './crash.ts'

/** ClusterFuzz's names for kinds that we name as their own printer does. */
const typeNames: Readonly<Record<string, string>> = {
  ABRT: 'Abrt',
  BUS: 'Bus',
  FPE: 'Floating-point-exception',
  ILL: 'Ill',
  TRAP: 'Breakpoint',
  assertion: 'ASSERT',
  panic: 'ASSERT',
  check: 'CHECK failure',
  dcheck: 'DCHECK failure',
  'security-check': 'Security CHECK failure',
  'security-dcheck': 'Security DCHECK failure',
  'fatal-error': 'Fatal error',
  'runtime-assertion': 'RUNTIME_ASSERT',
  unreachable: 'Unreachable code',
  'v8-api-error': 'V8 API error',
  'correctness-failure': 'V8 correctness failure',
  'gpu-failure': 'GPU failure',
  'fatal-log': 'Fatal error',
  'bad-free': 'Invalid-free',
  'double-free': 'Heap-double-free',
  'deadly-signal': 'Fatal-signal',
  'fuzz-target-exited': 'Unexpected-exit',
  'allocation-size-too-big': 'Out-of-memory',
  'int-divide-by-zero': 'Divide-by-zero',
  'trusted-app-crash': 'Trusted app crash',
  'data-race': 'Data race',
  'shell-corruption': 'Command injection',
  'arbitrary-file-open': 'Arbitrary file open',
  'arbitrary-domain-name-resolution': 'Arbitrary DNS resolution',
  cfi: 'Bad-cast',
  vptr: 'Bad-cast',
}

/** ClusterFuzz's names for the checks of UndefinedBehaviorSanitizer. */
const checkNames: Readonly<Record<string, string>> = {
  'signed-integer-overflow': 'Integer-overflow',
  'integer-divide-by-zero': 'Divide-by-zero',
  'float-divide-by-zero': 'Divide-by-zero',
  assume: 'Assumption-violation',
  function: 'Incorrect-function-pointer-type',
  bounds: 'Index-out-of-bounds',
  bool: 'Invalid-bool-value',
  enum: 'Invalid-enum-value',
  alignment: 'Misaligned-address',
  'vla-bound': 'Non-positive-vla-bound-value',
  null: 'Null-dereference',
  upcast: 'Upcast-of-null-pointer',
  unreachable: 'Unreachable code',
  'shift-base': 'Undefined-shift',
  'shift-exponent': 'Undefined-shift',
  'float-cast-overflow': 'Float-cast-overflow',
  nonnull: 'Invalid-null-argument',
  builtin: 'Invalid-builtin-use',
  'undefined-behavior': 'UNKNOWN',
}

/** Families whose exceptions have names of their own, which the convention does not use. */
const throwing = new Set(['python', 'java', 'javascript', 'dotnet', 'php'])

/** The crash type of ClusterFuzz's convention, e.g. `Heap-buffer-overflow\nREAD 4`. */
export function crashTypeOf(report: CrashReport): string {
  const { crash, family } = report
  const access = crash.access?.toUpperCase()
  const by = access ? ` ${access}` : ''
  const sized = access && crash.sizeBytes !== undefined ? `\n${access} ${crash.sizeBytes}` : ''
  if (crash.kind.includes('.FuzzerSecurityIssue')) return 'Security exception'
  if (crash.kind === 'sandbox-violation') return 'V8 sandbox violation'
  if (crash.message === 'PySecSan') return 'PySecSan'
  if (crash.kind === 'test-failure') return testFailure(crash)
  if (throwing.has(family)) return 'Uncaught exception'
  if (family === 'android' && crash.kind.includes('.')) return 'Fatal Exception'
  if (crash.kind === 'SEGV') return wildAccess(report, by)
  if (crash.kind === 'unknown-crash') return isNearNull(crash.address) ? nullName : 'UNKNOWN'
  if (crash.kind === 'access-violation') return access ?? 'UNKNOWN'
  if (family === 'debugger' && /^[A-Z]+$/.test(crash.kind)) return `SIG${crash.kind}`
  if (family === 'kernel') return `Kernel failure\n${kernelName(report)}${sized}`
  const named = family === 'ubsan' ? checkNames[crash.kind] : undefined
  if (named !== undefined) return named === nullName ? `${named}${by}` : named
  const type = typeNames[crash.kind]
  if (type !== undefined) return `${type}${sized}`
  return family === 'go' ? goName(crash.kind) : `${capital(crash.kind)}${sized}`
}

/** A suite of tests of cryptography that is known by its package; others are exceptions. */
const testFailure = ({ message = '' }: Crash): string =>
  message.includes('(com.google.security.wycheproof.') ? 'Wycheproof error' : 'Uncaught exception'

const nullName = 'Null-dereference'

function wildAccess({ crash, family }: CrashReport, by: string): string {
  if (crash.address === undefined && family === 'asan') return 'Segv on unknown address'
  return isNearNull(crash.address) ? `${nullName}${by}` : `UNKNOWN${by}`
}

/** The first pages are never mapped: an address there is a null pointer with an offset. */
export function isNearNull(address: string | undefined): boolean {
  return address !== undefined && /^0x0*[0-9a-f]{0,3}$/.test(address)
}

/** A kernel's own check goes by its file without the line, a panic by what it says. */
function kernelName({ crash }: CrashReport): string {
  if (crash.message === undefined) return capital(crash.kind)
  if (crash.kind === 'oops') return `${crash.access?.toUpperCase()} ${crash.message}`
  if (crash.kind === 'kernel-bug') return capital(crash.message.replace(/:\d{1,9}$/, ':{*}!'))
  return crash.kind === 'kernel-panic' ? crash.message.replaceAll(' ', '-') : capital(crash.kind)
}

const goName = (kind: string): string =>
  capital(kind.replaceAll('-', ' ')).replace(/^Makeslice /, 'Makeslice: ')

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
