import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  architecture,
  encodeFilter,
  filterOf,
  type Instruction,
  op,
  opSet,
  verdict,
} from './seccomp.ts'
import { errno, newestCall, type Rule, rulesOf } from './seccomp-rules.ts'

type Call = { readonly number: number; readonly arch: number; readonly args: readonly number[] }

/** What the kernel's machine for classic BPF answers, by its documentation (filter.rst). */
function answerOf(program: readonly Instruction[], { number, arch, args }: Call): number {
  const input = new DataView(new ArrayBuffer(64))
  input.setUint32(0, number, true)
  input.setUint32(4, arch, true)
  for (const [index, value] of args.entries()) input.setUint32(16 + index * 8, value, true)
  let loaded = 0
  for (let at = 0; at < program.length; at++) {
    const one = program[at]
    assert.ok(one)
    const { code, jumpTrue, jumpFalse, value } = one
    if (code === op.return) return value >>> 0
    if (code === op.load) loaded = input.getUint32(value, true)
    else if (code === op.and) loaded = (loaded & value) >>> 0
    else if (code === op.jumpEqual) at += loaded === value ? jumpTrue : jumpFalse
    else if (code === op.jumpGreater) at += loaded > value ? jumpTrue : jumpFalse
    else if (code === opSet) at += (loaded & value) !== 0 ? jumpTrue : jumpFalse
    else assert.fail(`the kernel takes no instruction ${code} here`)
  }
  assert.fail('the program runs over its end')
}

const machines = ['x64', 'arm64'] as const
const error = (value: number): number => verdict.error + value
const strict = rulesOf({ mayTrace: false })

/** What the rules say, read as a person would. */
function expected(rules: readonly Rule[], machine: 'x64' | 'arm64', call: Call): number {
  if (call.arch !== architecture[machine]) return verdict.kill
  if (machine === 'x64' && (call.number & 0x40000000) !== 0) return error(errno.ENOSYS)
  if (call.number > newestCall) return error(errno.ENOSYS)
  for (const { numbers, when, error: refusedWith } of rules) {
    if (numbers[machine] !== call.number) continue
    if (when === undefined) return error(refusedWith)
    const value = (call.args[when.argument] ?? 0) >>> 0
    if ('hasAnyOf' in when && (value & when.hasAnyOf) !== 0) return error(refusedWith)
    if ('isOneOf' in when && when.isOneOf.includes(value)) return error(refusedWith)
    if ('isNoneOf' in when) {
      const masked = 'mask' in when && when.mask !== undefined ? (value & when.mask) >>> 0 : value
      if (!when.isNoneOf.includes(masked)) return error(refusedWith)
    }
  }
  return verdict.allow
}

for (const machine of machines) {
  describe(`the filter for ${machine}`, () => {
    const arch = architecture[machine]
    const program = filterOf(machine, strict)
    const ask = (number: number, args: readonly number[] = []): number =>
      answerOf(program, { number, arch, args })

    test('ends a process that calls by the table of another architecture', () => {
      const other = machine === 'x64' ? architecture.arm64 : architecture.x64
      for (const foreign of [other, 0x40000003, 0]) {
        assert.equal(answerOf(program, { number: 1, arch: foreign, args: [] }), verdict.kill)
      }
    })

    test('answers every call as the rules say, whatever its arguments', () => {
      const interesting = [0, 1, 2, 5, 10, 16, 17, 0x5412, 0x10000000, 0x40000, 0xffffffff, 0x80002]
      for (let number = 0; number <= newestCall + 60; number++) {
        for (const first of interesting) {
          for (const second of [0, 1, 3, 0x5412, 0x541c, 0x80801]) {
            const call = { number, arch, args: [first, second, number % 19] }
            assert.equal(answerOf(program, call), expected(strict, machine, call), `${number}`)
          }
        }
      }
    })

    test('answers any call at all as the rules say', () => {
      const u32 = fc.integer({ min: 0, max: 0xffffffff })
      const anyCall = fc.record({
        number: fc.oneof(u32, fc.integer({ min: 0, max: newestCall })),
        arch: fc.oneof({ weight: 20, arbitrary: fc.constant(arch) }, { weight: 1, arbitrary: u32 }),
        args: fc.tuple(u32, u32, u32),
      })
      fc.assert(
        fc.property(anyCall, fc.boolean(), (call, mayTrace) => {
          const rules = rulesOf({ mayTrace })
          assert.equal(answerOf(filterOf(machine, rules), call), expected(rules, machine, call))
        }),
        { numRuns: 2000 },
      )
    })

    test('refuses new namespaces and lets threads and processes begin', () => {
      const [clone, clone3] = machine === 'x64' ? [56, 435] : [220, 435]
      for (const flag of [17, 27, 25, 28, 29, 30, 26].map((bit) => 2 ** bit)) {
        assert.equal(ask(clone, [flag + 17]), error(errno.EPERM), flag.toString(16))
      }
      assert.equal(ask(clone, [17]), verdict.allow)
      assert.equal(ask(clone, [0x3d0f00]), verdict.allow)
      assert.equal(ask(clone3), error(errno.ENOSYS))
    })

    test('lets tracing pass only where it was asked for', () => {
      const ptrace = machine === 'x64' ? 101 : 117
      assert.equal(ask(ptrace), error(errno.EPERM))
      const traced = filterOf(machine, rulesOf({ mayTrace: true }))
      assert.equal(answerOf(traced, { number: ptrace, arch, args: [] }), verdict.allow)
    })

    test('is short enough for the kernel, and its jumps stay within', () => {
      assert.ok(program.length <= 4096, `${program.length}`)
      assert.equal(encodeFilter(program).length, program.length * 8)
      program.forEach(({ jumpTrue, jumpFalse }, at) => {
        assert.ok(jumpTrue < 256 && jumpFalse < 256)
        assert.ok(at + 1 + Math.max(jumpTrue, jumpFalse) < program.length || jumpTrue === 0)
      })
    })
  })
}

test('no two rules without a condition are about one call, nor two names about one number', () => {
  for (const machine of machines) {
    const plain = strict.filter(({ when }) => when === undefined)
    const numbers = plain.map(({ numbers: each }) => each[machine]).filter((one) => one !== null)
    assert.equal(new Set(numbers).size, numbers.length)
  }
})
