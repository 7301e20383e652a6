import { present } from '#formats/finding/present.ts'
import { pattern, patternAnyCase } from '#formats/text/pattern.ts'
import { addressOf, type Claim, type ClaimRule, readerOf } from './claim.ts'
import { placeOf } from './frame.ts'

const raw = String.raw

const kernel = (fields: Partial<{ [K in keyof Claim]: Claim[K] | undefined }>): Claim =>
  present<Claim>({ weight: 'cause', family: 'kernel', ...fields })

const detectorForm = pattern(
  raw`^BUG: (KASAN|KMSAN|KCSAN|KFENCE): ([A-Za-z][A-Za-z -]{2,60}?)(?: (?:in|on) `,
  raw`([^\s/]{1,200}).{0,300})?$`,
)

/**
 * `BUG: KASAN: slab-out-of-bounds in f+0x1/0x2 at addr ffff`, and the same of KMSAN, KCSAN, KFENCE
 * (Documentation/dev-tools of the kernel).
 */
function detector(line: string): Claim | null {
  const match = detectorForm.exec(line)
  if (!match?.[2]) return null
  const kind = match[2]
    .trim()
    .replace(/ (?:read|write|in|on)$/, '')
    .replaceAll(' ', '-')
    .toLowerCase()
  const address = / (?:at addr|on address) (?:0x)?([0-9a-f]{1,16})/i.exec(line)?.[1]
  return kernel({ kind, address: addressOf(address), function: functionOf(match[3]) })
}

/** The range of addresses that inline KASAN adds: `KASAN: null-ptr-deref in range [0x0-0x7]`. */
function range(line: string): Claim | null {
  const match = /^KASAN: ([a-z-]{3,40}) in range \[0x([0-9a-f]{1,16})/.exec(line)
  if (!match?.[1]) return null
  return kernel({ weight: 'detail', kind: match[1], address: addressOf(match[2]) })
}

const faultForm = patternAnyCase(
  raw`^(?:BUG: |Unable to handle |BUG: unable to handle )(?:unable to handle )?`,
  raw`(?:kernel )?(NULL pointer dereference|paging request|page fault`,
  raw`|access to user memory)(?: for address|, address:| at virtual address| at)? ?:? ?`,
  raw`(?:0x)?([0-9a-f]{4,16})?`,
)

/** Page faults: `BUG: unable to handle kernel NULL pointer dereference at 0008` and others. */
function fault(line: string): Claim | null {
  const match = faultForm.exec(line)
  if (!match?.[1]) return null
  const kind = match[1].startsWith('NULL') ? 'null-ptr-deref' : match[1].replaceAll(' ', '-')
  return kernel({ weight: 'signal', kind, address: addressOf(match[2]) })
}

/** `#PF: supervisor write access in kernel mode`. */
function pageFaultAccess(line: string): Claim | null {
  const match = /^#PF: \w{4,12} (read|write) access/.exec(line)
  return match
    ? kernel({ weight: 'detail', access: match[1] === 'write' ? 'write' : 'read' })
    : null
}

const protectionForm = patternAnyCase(
  raw`^(?:Oops: )?(general protection fault|divide error|stack segment|double fault)(?:,`,
  raw`|:| in)`,
)

function generalProtection(line: string): Claim | null {
  const match = protectionForm.exec(line)
  if (!match?.[1]) return null
  return kernel({ weight: 'signal', kind: match[1].toLowerCase().replaceAll(' ', '-') })
}

/** `kernel BUG at fs/a.c:12!`: an assertion of the kernel's. */
function bugAt(line: string): Claim | null {
  const match = /^(?:Oops: )?kernel BUG at (\S{1,300}:\d{1,9})!?/.exec(line)
  const place = match?.[1] ? placeOf(match[1]) : null
  return place
    ? kernel({ kind: 'kernel-bug', message: match?.[1], file: place.file, line: place.line })
    : null
}

/** `WARNING: CPU: 1 PID: 2 at fs/a.c:12 f+0x1/0x2`: counts only with a call trace after it. */
function warningAt(line: string): Claim | null {
  const match =
    /^WARNING: (?:CPU: \d{1,5} PID: \d{1,9} )?at (\S{1,300}:\d{1,9})(?: (?:at )?(\S{1,200}))?/.exec(
      line,
    )
  const place = match?.[1] ? placeOf(match[1]) : null
  if (!place?.file) return null
  return kernel({
    weight: 'mention',
    kind: 'warning',
    file: place.file,
    line: place.line,
    function: functionOf(match?.[2]),
  })
}

/** `UBSAN: array-index-out-of-bounds in fs/a.c:12:3`. */
function kernelUndefined(line: string): Claim | null {
  const match =
    /^(?:BUG: )?UBSAN: ([a-z][a-z -]{2,60}?) in (\S{1,300}:\d{1,9}(?::\d{1,9})?)$/i.exec(line)
  const place = match?.[2] ? placeOf(match[2]) : null
  if (!match?.[1]) return null
  return kernel({
    kind: match[1].toLowerCase().replaceAll(' ', '-'),
    file: place?.file,
    line: place?.line,
  })
}

/** What the status of a fault says on 32-bit ARM (ARM DDI 0406C, table B3-23). */
const faultStatus: Readonly<Record<number, string>> = {
  1: 'Alignment Fault',
  3: 'Access Flag Fault, Section',
  4: 'Instruction Cache Maintenance Fault',
  5: 'Translation Fault, Section',
  6: 'Access Flag Fault, Page',
  7: 'Translation Fault, Page',
  9: 'Domain Fault, Section',
  11: 'Domain Fault, Page',
  12: 'L1 Translation',
  13: 'Permission Fault, Section',
  14: 'L2 Translation',
  15: 'Permissions Fault, Page',
}
const writeBit = 0x800

/** `Internal error: Oops: 805 [#1] PREEMPT SMP ARM`: the number is the status of the fault. */
function oops(line: string): Claim | null {
  const match = /^Internal error: (?:Oops)?(?: -|:) ([0-9a-f]{1,4}) \[#\d/i.exec(line)
  if (!match?.[1]) return null
  const status = Number.parseInt(match[1], 16)
  return kernel({
    weight: 'signal',
    kind: 'oops',
    access: (status & writeBit) === 0 ? 'read' : 'write',
    message: `${faultStatus[status & 15] ?? 'Unknown'} (${status & 15})`,
  })
}

const stalls: readonly (readonly [RegExp, string])[] = [
  [/^INFO: task .{1,100} blocked for more than/, 'task-hung'],
  [/^(?:watchdog: )?BUG: soft lockup/, 'soft-lockup'],
  [/^(?:INFO: )?rcu(?::|_\w{1,20}) .{0,60}(?:stall|detected stalls)/, 'rcu-stall'],
  [/^BUG: spinlock (?:bad magic|lockup|recursion)/, 'spinlock'],
  [/^BUG: sleeping function called from invalid context/, 'sleeping-in-atomic'],
  [/^BUG: memory leak/, 'memory-leak'],
  [
    /^WARNING: possible (?:circular locking|recursive locking|irq lock inversion)/,
    'possible-deadlock',
  ],
  [/^BUG: stack guard page was hit/, 'stack-overflow'],
]

function stall(line: string): Claim | null {
  const kind = stalls.find(([wording]) => wording.test(line))?.[1]
  return kind === undefined ? null : kernel({ kind })
}

/** `Kernel panic - not syncing: why`: often only the end of an oops, so it weighs little. */
function panic(line: string): Claim | null {
  const match = /^Kernel panic - not syncing: (.{1,300})$/.exec(line)
  return match?.[1] ? kernel({ weight: 'signal', kind: 'kernel-panic', message: match[1] }) : null
}

const functionOf = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : (/^[A-Za-z_][\w.]{0,200}/.exec(text)?.[0] ?? undefined)

const rules: readonly ClaimRule[] = [
  { needle: 'BUG: K', read: detector },
  { needle: 'KASAN: ', read: range },
  { needle: 'nable to handle', read: fault },
  { needle: 'BUG: kernel', read: fault },
  { needle: '#PF: ', read: pageFaultAccess },
  { needle: 'general protection fault', read: generalProtection },
  { needle: 'divide error', read: generalProtection },
  { needle: 'kernel BUG at', read: bugAt },
  { needle: 'WARNING: ', read: warningAt },
  { needle: 'UBSAN: ', read: kernelUndefined },
  { needle: 'INFO: task', read: stall },
  { needle: 'soft lockup', read: stall },
  { needle: 'rcu', read: stall },
  { needle: 'BUG: s', read: stall },
  { needle: 'BUG: memory leak', read: stall },
  { needle: 'WARNING: possible', read: stall },
  { needle: 'Kernel panic', read: panic },
  { needle: 'Internal error: ', read: oops },
]

/** What the Linux kernel prints when it finds a fault in itself. */
export const kernelClaim = readerOf(rules)
