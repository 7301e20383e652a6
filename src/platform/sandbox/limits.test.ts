import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { CgroupUsage } from './cgroup.ts'
import {
  cgroupBoundsOf,
  cpuSecondsMax,
  filesMaxOf,
  gvisorBoundsOf,
  refusalOfLimits,
  stateBytesMax,
} from './limits.ts'
import type { Limits } from './sandbox.ts'
import { limitReached } from './watch.ts'

const whole = (min: number, max: number) => fc.integer({ min, max })
const someLimits: fc.Arbitrary<Limits> = fc.record({
  wallMs: whole(1, 86_400_000),
  cpuMs: whole(1, 86_400_000),
  memoryBytes: whole(8 << 20, 2 ** 40),
  processesMax: whole(1, 100_000),
  diskBytes: whole(1 << 20, 2 ** 40),
  fileBytes: whole(1, 2 ** 40),
  openFilesMax: whole(16, 1_000_000),
  outputBytes: whole(0, 256 << 20),
  outputEndsBytes: whole(1, 2 ** 50),
})

test('a limit that is absent, no number, broken, negative or endless is refused', () => {
  const wrong = fc.constantFrom(Number.NaN, -1, 0.5, Number.POSITIVE_INFINITY, 2 ** 60)
  fc.assert(
    fc.property(someLimits, wrong, fc.nat(8), (limits, value, index) => {
      const name = Object.keys(limits)[index]
      assert.equal(refusalOfLimits(limits), null)
      const refusal = refusalOfLimits({ ...limits, [name ?? '']: value })
      assert.equal(refusal?.code, 'bad-run')
    }),
  )
})

test('a cgroup bears the memory, the files and our own processes, and not much more', () => {
  fc.assert(
    fc.property(someLimits, (limits) => {
      const bounds = cgroupBoundsOf(limits)
      const asked = limits.memoryBytes + limits.diskBytes
      assert.ok(bounds.memoryBytes > asked)
      assert.ok(bounds.memoryBytes <= asked + limits.diskBytes / 2 + (32 << 20))
      assert.ok(bounds.processesMax > limits.processesMax)
      assert.ok(gvisorBoundsOf(limits).memoryBytes > bounds.memoryBytes)
      assert.ok(Number.isSafeInteger(gvisorBoundsOf(limits).memoryBytes))
      assert.ok(cpuSecondsMax(limits) * 1000 > limits.cpuMs)
      assert.ok(stateBytesMax(limits) > limits.diskBytes + filesMaxOf(limits) * 512)
    }),
  )
})

test('no limit is reached below it, each is above it, and the memory is told first', () => {
  const usage: CgroupUsage = {
    ...{ cpuMs: 0, anonymousBytes: 0, memoryPeakBytes: null, outOfMemory: 0, forksRefused: 0 },
  }
  const idle = { usage, cpuMsBefore: 0, outputBytes: 0, free: { blocks: 1, files: 1 } }
  fc.assert(
    fc.property(someLimits, whole(1, 1000), (limits, more) => {
      const used = { ...usage, cpuMs: limits.cpuMs + more, anonymousBytes: limits.memoryBytes }
      const reached = (seen: object) => limitReached(limits, { ...idle, ...seen })
      assert.equal(reached({ outputBytes: limits.outputEndsBytes }), null)
      assert.equal(reached({ usage: used, cpuMsBefore: more }), null)
      assert.equal(reached({ usage: used }), 'cpu')
      assert.equal(reached({ outputBytes: limits.outputEndsBytes + more }), 'output')
      assert.equal(reached({ free: { blocks: 0, files: more } }), 'disk')
      assert.equal(reached({ free: { blocks: more, files: 0 } }), 'disk')
      assert.equal(reached({ usage: { ...usage, forksRefused: more } }), 'processes')
      const full = { ...used, outOfMemory: more, forksRefused: more }
      assert.equal(reached({ usage: full, outputBytes: 2 ** 51 }), 'memory')
    }),
  )
})
