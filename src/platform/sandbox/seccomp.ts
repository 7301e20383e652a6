import type { Machine } from './machine-code.ts'
import { type Condition, errno, newestCall, type Rule } from './seccomp-rules.ts'

/** One instruction of classic BPF (`struct sock_filter`). */
export type Instruction = {
  readonly code: number
  readonly jumpTrue: number
  readonly jumpFalse: number
  readonly value: number
}

/** Instructions that the filter is made of; see `linux/filter.h`. */
export const op = {
  load: 0x20,
  and: 0x54,
  jumpEqual: 0x15,
  jumpGreater: 0x25,
  return: 0x06,
} as const
export const opSet = 0x45

/** What a filter answers; an error's number stands in the low 16 bits. */
export const verdict = { kill: 0x80000000, error: 0x00050000, allow: 0x7fff0000 } as const

/** `AUDIT_ARCH_*`: which table of calls a number is of. */
export const architecture = { x64: 0xc000003e, arm64: 0xc00000b7 } as const

/** Where the kernel puts what a filter may look at (`struct seccomp_data`). */
const place = { number: 0, architecture: 4, argument: (index: number) => 16 + 8 * index }

/** Calls of the x32 table have this bit, and would pass beside every rule. */
const x32Bit = 0x40000000

/**
 * A filter by these rules, checked in their order. A call by the table of another architecture ends
 * the process; what no rule refuses is let through.
 */
export function filterOf(machine: Machine, rules: readonly Rule[]): readonly Instruction[] {
  return [
    load(place.architecture),
    jump(op.jumpEqual, architecture[machine], [1, 0]),
    answer(verdict.kill),
    load(place.number),
    ...(machine === 'x64' ? [jump(opSet, x32Bit, [0, 1]), failWith(errno.ENOSYS)] : []),
    jump(op.jumpGreater, newestCall, [0, 1]),
    failWith(errno.ENOSYS),
    ...rules.flatMap((rule) => refusal(rule, rule.numbers[machine])),
    answer(verdict.allow),
  ]
}

/** The filter as the kernel takes it. */
export function encodeFilter(program: readonly Instruction[]): Uint8Array {
  const bytes = new Uint8Array(program.length * 8)
  const view = new DataView(bytes.buffer)
  program.forEach(({ code, jumpTrue, jumpFalse, value }, index) => {
    view.setUint16(index * 8, code, true)
    view.setUint8(index * 8 + 2, jumpTrue)
    view.setUint8(index * 8 + 3, jumpFalse)
    view.setUint32(index * 8 + 4, value, true)
  })
  return bytes
}

/** Expects the call's number to be loaded, and leaves it so. */
function refusal({ error, when }: Rule, number: number | null): Instruction[] {
  if (number === null) return []
  if (when === undefined) return [jump(op.jumpEqual, number, [0, 1]), failWith(error)]
  const block = [
    load(place.argument(when.argument)),
    ...conditional(when, error),
    load(place.number),
  ]
  return [jump(op.jumpEqual, number, [0, block.length]), ...block]
}

function conditional(when: Condition, error: number): Instruction[] {
  if ('hasAnyOf' in when) return [jump(opSet, when.hasAnyOf, [0, 1]), failWith(error)]
  if ('isOneOf' in when) {
    return when.isOneOf.flatMap((one) => [jump(op.jumpEqual, one, [0, 1]), failWith(error)])
  }
  const { isNoneOf, mask } = when
  return [
    ...(mask === undefined ? [] : [{ ...load(mask), code: op.and }]),
    ...isNoneOf.map((one, index) => jump(op.jumpEqual, one, [isNoneOf.length - index, 0])),
    failWith(error),
  ]
}

const load = (at: number): Instruction => ({
  ...{ code: op.load, jumpTrue: 0, jumpFalse: 0, value: at },
})

const jump = (
  code: number,
  value: number,
  [jumpTrue, jumpFalse]: readonly [number, number],
): Instruction => ({ code, jumpTrue, jumpFalse, value })

const answer = (value: number): Instruction => ({
  ...{ code: op.return, jumpTrue: 0, jumpFalse: 0, value },
})

const failWith = (error: number): Instruction => answer(verdict.error + error)
