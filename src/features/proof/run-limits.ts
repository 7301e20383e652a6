import type { Oracle, ProofLimits } from '#formats/proof/bundle.ts'
import type { Limits } from '#platform/sandbox/sandbox.ts'

const mebibyte = 2 ** 20
/** Output is kept up to here; what is longer shows nothing more and is only counted. */
const keptOutputBytes = mebibyte
/** A proof that exhausts the processor must reach that limit before the one of the clock. */
const exhaustedCpuShare = 0.8
/** Elsewhere, threads of a program may together use more time than passes. */
const threadsAtOnce = 4

const shared = (limits: ProofLimits): Omit<Limits, 'wallMs' | 'cpuMs'> => ({
  memoryBytes: limits.memoryMiB * mebibyte,
  processesMax: limits.processes,
  diskBytes: limits.diskMiB * mebibyte,
  fileBytes: limits.diskMiB * mebibyte,
  openFilesMax: 1024,
  outputBytes: keptOutputBytes,
  outputEndsBytes: limits.outputMiB * mebibyte,
})

/** The bounds of one attempt. */
export function attemptLimits(limits: ProofLimits, oracle: Oracle): Limits {
  const wallMs = limits.runSeconds * 1000
  const isCpu = oracle.kind === 'exhaustion' && oracle.of === 'cpu'
  const cpuMs = Math.ceil(wallMs * (isCpu ? exhaustedCpuShare : threadsAtOnce))
  return { ...shared(limits), wallMs, cpuMs }
}

/** The memory that compilers get at the least, whatever the target itself may use. */
const buildMemoryMin = 2048 * mebibyte
const buildProcessesMin = 256

/** The bounds of a build or of the project's tests, which run tools beside the target. */
export function buildLimits(limits: ProofLimits): Limits {
  const wallMs = limits.buildSeconds * 1000
  const bounds = shared(limits)
  return {
    ...bounds,
    wallMs,
    cpuMs: wallMs * threadsAtOnce,
    memoryBytes: Math.max(bounds.memoryBytes, buildMemoryMin),
    processesMax: Math.max(bounds.processesMax, buildProcessesMin),
  }
}
