import type { CgroupBounds } from './cgroup.ts'
import type { Limits, SandboxRefusal } from './sandbox.ts'

const mebibyte = 1 << 20

/** Bounds that a limit itself must keep: below, no program begins; above, nothing is bounded. */
const limitBounds: Readonly<Record<keyof Limits, readonly [least: number, most: number]>> = {
  wallMs: [1, 24 * 3_600_000],
  cpuMs: [1, 24 * 3_600_000 * 64],
  memoryBytes: [8 * mebibyte, 2 ** 40],
  processesMax: [1, 100_000],
  diskBytes: [mebibyte, 2 ** 40],
  fileBytes: [1, 2 ** 40],
  openFilesMax: [16, 1_000_000],
  outputBytes: [0, 256 * mebibyte],
  outputEndsBytes: [1, 2 ** 50],
}

/** Why no run can have these limits; null when it can. */
export function refusalOfLimits(limits: Limits): SandboxRefusal | null {
  for (const [name, [least, most]] of Object.entries(limitBounds)) {
    const value = Object.entries(limits).find(([one]) => one === name)?.[1]
    if (!Number.isSafeInteger(value) || value === undefined || value < least || value > most) {
      return {
        code: 'bad-run',
        why: `limit ${name} is ${value}, and must be a whole number from ${least} to ${most}`,
      }
    }
  }
  return null
}

/** Processes of ours beside those of the command: two of bubblewrap, a shell, one that waits. */
const ownProcesses = 6

/** Memory of these processes and what the kernel needs to begin any. */
const ownMemoryBytes = 24 * mebibyte

/** Room for one file or folder for every so many bytes of disk. */
const bytesForEachFile = 4096

/** The kernel's memory for one file or folder, which counts as the run's. */
const kernelBytesForEachFile = 1536

/** How many files and folders `/work` and `/tmp` may hold together. */
export const filesMaxOf = ({ diskBytes }: Limits): number =>
  Math.max(2048, Math.floor(diskBytes / bytesForEachFile))

/**
 * What the cgroup of a run is held to. Files of a run are in memory and charged to it, so that its
 * group must bear both; programs that use more than `memoryBytes` themselves are ended by the watch
 * over `anonymousBytes`, and by the kernel at the latest here.
 */
export const cgroupBoundsOf = (limits: Limits): CgroupBounds => ({
  memoryBytes:
    limits.memoryBytes +
    limits.diskBytes +
    filesMaxOf(limits) * kernelBytesForEachFile +
    ownMemoryBytes,
  processesMax: limits.processesMax + ownProcesses,
})

/** Memory and threads of gVisor's kernel, which are beside those of the programs on it. */
const gvisorMemoryBytes = 192 * mebibyte
const gvisorProcesses = 256
/** A process of the sandbox takes up to so many threads of the machine. */
const gvisorThreadsForEach = 8

/** What the cgroup of a run on gVisor is held to: its kernel is in it too. */
export function gvisorBoundsOf(limits: Limits): CgroupBounds {
  const { memoryBytes, processesMax } = cgroupBoundsOf(limits)
  return {
    memoryBytes: memoryBytes + gvisorMemoryBytes,
    processesMax: processesMax * gvisorThreadsForEach + gvisorProcesses,
  }
}

/** Seconds after which the kernel ends one process, when we no longer watch. */
export const cpuSecondsMax = ({ cpuMs }: Limits): number => Math.ceil(cpuMs / 1000) + 2

/** What is kept of all collected files of a run together. */
export const collectedBytesMax = 64 * mebibyte

/** How large a written archive of `/work` may be: its files, and a head and padding for each. */
export const stateBytesMax = (limits: Limits): number =>
  2 * limits.diskBytes + filesMaxOf(limits) * 2048 + mebibyte

/** How long unpacking or packing `/work` may take, beside the command's own time. */
export const stateMsMax = ({ diskBytes }: Limits): number =>
  20_000 + Math.ceil(diskBytes / mebibyte) * 50
