import { cpuSecondsMax } from './limits.ts'
import { type Machine, MachineCode } from './machine-code.ts'
import type { Limits } from './sandbox.ts'

/** Numbers of limits of the kernel (getrlimit(2)), the same on both machines. */
const resources = { cpu: 0, fsize: 1, core: 4, nproc: 6, nofile: 7 } as const

const statfsBytes = 120
const tmpfs = 0x01021994n

/** What stands between a run's own number of processes and that of its pod. */
const ownProcesses = 6

function limitOf(code: MachineCode, most: number): { at: number } {
  const pair = new DataView(new ArrayBuffer(16))
  for (const at of [0, 8]) pair.setBigUint64(at, BigInt(most), true)
  return { at: code.constant(new Uint8Array(pair.buffer)) }
}

/**
 * A program that holds itself to the limits of a run, which nothing that it becomes can raise, and
 * becomes the command of its arguments; where one of them cannot be had it ends with 126. It is for
 * places whose own settings know no such limits.
 */
export function boundProgram(machine: Machine, limits: Limits): Uint8Array {
  const code = new MachineCode(machine, 512)
  const [list, first, env, scrap] = [code.room(8), code.room(8), code.room(8), code.room(8)]
  code.keepArguments({ list, first, env })
  const bounds: readonly (readonly [number, number])[] = [
    [resources.core, 0],
    [resources.fsize, limits.fileBytes],
    [resources.nofile, limits.openFilesMax],
    [resources.cpu, cpuSecondsMax(limits)],
    [resources.nproc, limits.processesMax + ownProcesses],
  ]
  const from = (index: number): void => {
    const [resource, most] = bounds[index] ?? []
    if (resource === undefined || most === undefined) {
      code.call('execve', [{ kept: first }, { kept: list }, { kept: env }], scrap)
      return
    }
    code.call('prlimit64', [0, resource, limitOf(code, most), 0], scrap)
    code.ifZero(() => from(index + 1))
  }
  from(0)
  code.call('exit', [126], scrap)
  return code.file()
}

/** What a place of runs holds, tried from inside before anything hostile was there. */
export type Held = {
  /** Whether a process that may begin no other one is refused one. */
  readonly processes: boolean
  /** Bytes of each folder, where it is a file system in memory; null where it is none. */
  readonly sizes: readonly (bigint | null)[]
}

/** A program that tries what `boundProgram` relies on, and writes it to its output. */
export function heldProgram(machine: Machine, folders: readonly string[]): Uint8Array {
  const code = new MachineCode(machine, 1024 + statfsBytes * folders.length)
  const bytes = 8 + statfsBytes * folders.length
  const [answer, scrap] = [code.room(bytes), code.room(8)]
  folders.forEach((folder, index) => {
    const into = { at: answer + 8 + statfsBytes * index }
    code.call('statfs', [{ at: code.text(folder) }, into], scrap)
  })
  code.call('prlimit64', [0, resources.nproc, limitOf(code, 0), 0], scrap)
  code.call('clone', [17, 0, 0, 0, 0], answer)
  code.ifZero(() => code.call('exit', [0], scrap))
  code.call('write', [1, { at: answer }, bytes], scrap)
  code.call('exit', [0], scrap)
  return code.file()
}

const again = -11n

/** Reads what the program wrote; null for anything else. */
export function decodeHeld(bytes: Uint8Array): Held | null {
  if (bytes.length < 8 || (bytes.length - 8) % statfsBytes !== 0) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const sizes: (bigint | null)[] = []
  for (let at = 8; at < bytes.length; at += statfsBytes) {
    const size = view.getBigUint64(at + 8, true) * view.getBigUint64(at + 16, true)
    sizes.push(view.getBigUint64(at, true) === tmpfs ? size : null)
  }
  return { processes: view.getBigInt64(0, true) === again, sizes }
}
