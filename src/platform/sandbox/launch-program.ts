import { type Machine, MachineCode } from './machine-code.ts'

/** How a command ended, as the kernel said it to the program that waited for it. */
export type Launched = {
  readonly ended:
    | { readonly kind: 'exit'; readonly code: number }
    | { readonly kind: 'signal'; readonly number: number }
  /** Of the file system at `/work`, when the command had ended. */
  readonly freeBlocks: number
  readonly freeFiles: number
}

const startedName = 'started'
const endedName = 'ended'
const statfsBytes = 120
const reportBytes = 8 + statfsBytes

/**
 * A program that runs the command of its arguments and writes to `reportFd` that it begins, and how
 * it ended: a shell's exit code does not tell a signal from a code above 128. The command has none
 * of the files in `closed`.
 */
export function launchProgram(
  machine: Machine,
  reportFd: number,
  closed: readonly number[],
): Uint8Array {
  const code = new MachineCode(machine, 1024)
  const line = (text: string): readonly [{ readonly at: number }, number] => [
    { at: code.constant(new TextEncoder().encode(text)) },
    text.length,
  ]
  const [list, first, env] = [code.room(8), code.room(8), code.room(8)]
  const child = code.room(8)
  const scrap = code.room(8)
  const report = code.room(reportBytes)
  code.keepArguments({ list, first, env })
  code.call('write', [reportFd, ...line(`${startedName} 0\n`)], scrap)
  code.call('clone', [17, 0, 0, 0, 0], child)
  code.ifZero(() => {
    for (const fd of closed) code.call('close', [fd], scrap)
    code.call('execve', [{ kept: first }, { kept: list }, { kept: env }], scrap)
    code.call('exit', [127], scrap)
  })
  code.call('wait4', [{ kept: child }, { at: report }, 0, 0], scrap)
  code.call('statfs', [{ at: code.text('/work') }, { at: report + 8 }], scrap)
  code.call('write', [reportFd, ...line(`${endedName} ${reportBytes}\n`)], scrap)
  code.call('write', [reportFd, { at: report }, reportBytes], scrap)
  code.call('exit', [0], scrap)
  return code.file()
}

/**
 * A program that closes every file from `firstFd` on and becomes the command of its arguments: what
 * the machine's own parents left open must not come into a sandbox.
 */
export function shedProgram(machine: Machine, firstFd: number): Uint8Array {
  const code = new MachineCode(machine, 256)
  const [list, first, env, scrap] = [code.room(8), code.room(8), code.room(8), code.room(8)]
  code.keepArguments({ list, first, env })
  code.call('close_range', [firstFd, 0xffffffff, 0], scrap)
  code.ifZero(() => {
    code.call('execve', [{ kept: first }, { kept: list }, { kept: env }], scrap)
  })
  code.call('exit', [127], scrap)
  return code.file()
}

export const isStart = (name: string): boolean => name === startedName

/** Reads what the program wrote at the end; null for anything else. */
export function decodeLaunch(name: string, bytes: Uint8Array): Launched | null {
  if (name !== endedName || bytes.length !== reportBytes) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const status = view.getUint32(0, true)
  const signal = status & 0x7f
  return {
    ended:
      signal === 0
        ? { kind: 'exit', code: (status >>> 8) & 0xff }
        : { kind: 'signal', number: signal },
    freeBlocks: Number(view.getBigUint64(8 + 24, true)),
    freeFiles: Number(view.getBigUint64(8 + 48, true)),
  }
}
