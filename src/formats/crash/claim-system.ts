import { present } from '#formats/finding/present.ts'
import { pattern } from '#formats/text/pattern.ts'
import { addressOf, type Claim, type ClaimRule, type CrashFamily, readerOf } from './claim.ts'

const raw = String.raw

const signal = (family: CrashFamily, kind: string, address?: string): Claim =>
  present<Claim>({
    weight: 'signal',
    family,
    kind: kind.replace(/^SIG/, ''),
    address: addressOf(address),
  })

/** gdb and lldb: `Program received signal SIGSEGV, Segmentation fault.` */
function debuggerSignal(line: string): Claim | null {
  const match =
    /^(?:Program|Thread .{1,80}) (?:received|terminated with) signal (SIG[A-Z0-9]{2,8})\b/.exec(
      line,
    )
  return match?.[1] ? signal('debugger', match[1]) : null
}

/** `0x0000000000000ac8 in __aeabi_memcpy ()` right after gdb's signal: the place of the fault. */
function debuggerPlace(line: string): Claim | null {
  const match = /^0x([0-9a-f]{4,16}) in \S.{0,400}\(/.exec(line)
  return match?.[1]
    ? present<Claim>({ weight: 'detail', family: 'debugger', address: addressOf(match[1]) })
    : null
}

/** Chromium's own handler: `Received signal 11 SEGV_MAPERR 7f6b0c580000`. */
function chromiumSignal(line: string): Claim | null {
  const match =
    /^Received signal \d{1,2} (?:<unknown> |([A-Z]{3,4})_?[A-Z]{0,12} ?)([0-9a-f]{6,16})?/.exec(
      line,
    )
  return match ? signal('native', match[1] ?? 'SEGV', match[2]) : null
}

/** Chromium says so when an illegal instruction stems from control flow integrity. */
function controlFlow(line: string): Claim | null {
  return /^CFI: Most likely a control flow integrity violation/.test(line)
    ? { weight: 'cause', family: 'native', kind: 'cfi' }
    : null
}

const androidForm = pattern(
  raw`^(?:Fatal )?signal \d{1,2} \((SIG[A-Z]{2,6})\), code -?\d{1,3}(?: \([A-Z_]{2,20}`,
  raw`(?: from pid \d{1,9}, uid \d{1,9})?\))?(?:, fault addr (?:0x)?([0-9a-f]{1,16}`,
  raw`|-{4,12}))?`,
)

/** Android: `Fatal signal 11 (SIGSEGV), code 1, fault addr 0x0 in tid 12`, and the tombstone's. */
function androidSignal(line: string): Claim | null {
  const match = androidForm.exec(line)
  return match?.[1]
    ? signal('android', match[1], match[2]?.startsWith('-') ? undefined : match[2])
    : null
}

function androidAbort(line: string): Claim | null {
  const match = /^Abort message: '?(.{1,400}?)'?$/.exec(line)
  return match?.[1] ? { weight: 'detail', family: 'android', message: match[1] } : null
}

const shellForm = pattern(
  raw`^(?:\S{1,200}: line \d{1,9}: +\d{1,9} )?(Segmentation fault|Aborted|Bus error`,
  raw`|Illegal instruction|Floating point exception) ?\(core dumped\)`,
)

/** Chromium says so when the process that draws for it is gone. */
function drawingProcess(line: string): Claim | null {
  return line.includes('GPU process exited unexpectedly')
    ? { weight: 'signal', family: 'native', kind: 'gpu-failure' }
    : null
}

/** V8 says so of an access that left the memory which scripts may corrupt. */
function scriptSandbox(line: string): Claim | null {
  return line.startsWith('## V8 sandbox violation detected!')
    ? { weight: 'cause', family: 'native', kind: 'sandbox-violation' }
    : null
}

/** The shell's and systemd's last word: only with frames does it make a crash. */
function shellSignal(line: string): Claim | null {
  const match = shellForm.exec(line)
  if (!match?.[1]) return null
  return { weight: 'last', family: 'native', kind: shellNames[match[1]] ?? 'SEGV' }
}

const shellNames: Readonly<Record<string, string>> = {
  'Segmentation fault': 'SEGV',
  Aborted: 'ABRT',
  'Bus error': 'BUS',
  'Illegal instruction': 'ILL',
  'Floating point exception': 'FPE',
}

/** The loader: a library that is not there. */
function missingLibrary(line: string): Claim | null {
  const match =
    /error while loading shared libraries: ([^\s:]{1,200}): cannot open/.exec(line) ??
    /^CANNOT LINK EXECUTABLE .{0,300}library "([^"]{1,200})" not found/.exec(line)
  return match?.[1]
    ? { weight: 'cause', family: 'native', kind: 'missing-library', message: match[1] }
    : null
}

/** Memcheck's errors by their wording (Valgrind user manual, section 4.2). */
const memcheck: readonly (readonly [RegExp, string])[] = [
  [/^Invalid read of size/, 'invalid-read'],
  [/^Invalid write of size/, 'invalid-write'],
  [/^Conditional jump or move depends on uninitialised/, 'uninitialised-condition'],
  [/^Use of uninitialised value of size/, 'use-of-uninitialised-value'],
  [/^Syscall param \S{1,80} (?:contains|points to) un(?:initialised|addressable)/, 'syscall-param'],
  [/^Invalid free\(\)/, 'invalid-free'],
  [/^Mismatched free\(\)/, 'mismatched-free'],
  [/^Source and destination overlap in/, 'overlap'],
  [/^Argument '\w{1,40}' of function \w{1,60} has a fishy/, 'fishy-argument'],
  [
    /^[\d,]{1,20} (?:\([^()]{1,80}\) )?bytes in [\d,]{1,20} blocks are definitely lost/,
    'definitely-lost',
  ],
  [/^Jump to the invalid address/, 'invalid-jump'],
  [/^Possible data race during (?:read|write)/, 'data-race'],
]

function valgrindError(line: string): Claim | null {
  const kind = memcheck.find(([wording]) => wording.test(line))?.[1]
  if (kind === undefined) return null
  const size = /of size (\d{1,9})/.exec(line)?.[1]
  const write = kind === 'invalid-write' || line.includes('during write')
  const touches = kind === 'invalid-read' || kind === 'invalid-write' || kind === 'data-race'
  return present<Claim>({
    weight: 'cause',
    family: 'valgrind',
    kind,
    access: touches ? (write ? 'write' : 'read') : undefined,
    sizeBytes: size === undefined ? undefined : Number(size),
    apart: true,
  })
}

/** `Address 0x0 is not stack'd, malloc'd or (recently) free'd`. */
function valgrindAddress(line: string): Claim | null {
  const match = /^Address (0x[0-9A-Fa-f]{1,16}) is /.exec(line)
  return match
    ? present<Claim>({ weight: 'detail', family: 'valgrind', address: addressOf(match[1]) })
    : null
}

function valgrindEnd(line: string): Claim | null {
  const match =
    /^Process terminating with default action of signal \d{1,2} \((SIG[A-Z]{2,6})\)/.exec(line)
  return match?.[1] ? signal('valgrind', match[1]) : null
}

/** `(944.e8c): Stack overflow - code c00000fd (!!! second chance !!!)` of cdb and WinDbg. */
const exceptionCodes: Readonly<Record<string, string>> = {
  c0000005: 'access-violation',
  c00000fd: 'stack-overflow',
  c0000094: 'int-divide-by-zero',
  c0000095: 'integer-overflow',
  c0000374: 'heap-corruption',
  c000001d: 'illegal-instruction',
  c0000409: 'stack-buffer-overrun',
  '80000003': 'breakpoint',
  c0000420: 'assertion',
}

const exceptionForm = pattern(
  raw`^(?:\([0-9a-f.]{1,20}\): .{1,60} - code ([0-9a-f]{8}) \(!!! second|ExceptionCode: `,
  raw`([0-9a-f]{8})\b)`,
)

function windowsException(line: string): Claim | null {
  const match = exceptionForm.exec(line)
  const kind = exceptionCodes[match?.[1] ?? match?.[2] ?? '']
  if (kind === undefined || kind === 'breakpoint') return null
  return { weight: 'signal', family: 'windows', kind }
}

const attemptForm = pattern(
  raw`^Attempt to (read|write|execute) (?:from|to|non-executable) ?(?:address )?`,
  String.raw`([0-9a-f\x60]{8,17})`,
)

/** `Attempt to read from address 0000000000000010`. */
function windowsAccess(line: string): Claim | null {
  const match = attemptForm.exec(line)
  if (!match) return null
  return present<Claim>({
    weight: 'detail',
    family: 'windows',
    access: match[1] === 'write' ? 'write' : 'read',
    address: addressOf(match[2]),
  })
}

/** Trusty OS: `data fault writing to 0x12, PC at 0x34`, then the application that ended. */
function trusty(line: string): Claim | null {
  return /^panic notifier - trusty version|^void trusty_app_exit\(int\)/.test(line)
    ? { weight: 'signal', family: 'android', kind: 'trusted-app-crash' }
    : null
}

const rules: readonly ClaimRule[] = [
  { needle: ' signal SIG', read: debuggerSignal },
  { needle: '0x', read: debuggerPlace },
  { needle: 'Received signal', read: chromiumSignal },
  { needle: 'CFI: ', read: controlFlow },
  { needle: 'GPU process', read: drawingProcess },
  { needle: 'sandbox violation', read: scriptSandbox },
  { needle: 'ignal ', read: androidSignal },
  { needle: 'Abort message', read: androidAbort },
  { needle: '(core dumped)', read: shellSignal },
  { needle: 'librar', read: missingLibrary },
  { needle: 'CANNOT LINK', read: missingLibrary },
  { needle: 'nvalid ', read: valgrindError },
  { needle: 'uninitialised', read: valgrindError },
  { needle: 'Mismatched free', read: valgrindError },
  { needle: ' overlap in', read: valgrindError },
  { needle: 'fishy', read: valgrindError },
  { needle: 'definitely lost', read: valgrindError },
  { needle: 'data race during', read: valgrindError },
  { needle: 'Syscall param', read: valgrindError },
  { needle: 'Address 0x', read: valgrindAddress },
  { needle: 'Process terminating', read: valgrindEnd },
  { needle: ' - code ', read: windowsException },
  { needle: 'ExceptionCode', read: windowsException },
  { needle: 'Attempt to', read: windowsAccess },
  { needle: 'rusty', read: trusty },
]

/** What debuggers, Valgrind, Android, Windows and the system itself print. */
export const systemClaim = readerOf(rules)
