import { yamlText } from '#formats/proof/encode.ts'
import type { PackDocument, Task } from './pack.ts'
import { packVersion, taskVersion } from './shape.ts'

/** `pack.yaml`: what `decodePack` reads back as the same. */
export function encodePack({ name, version, label, summary, tasks }: PackDocument): string {
  return yamlText(present({ parley: packVersion, name, version, label, summary, tasks }))
}

/** `task.yaml`: what `decodeTask` reads back as the same. */
export function encodeTask(task: Task): string {
  const { title, stratum, weight, humanMinutes, canary, environment, instruction } = task
  const { files, service, tools, limits, verifier, solution } = task
  return yamlText(
    present({
      ...{ parley: taskVersion, title, stratum, weight, 'human-minutes': humanMinutes },
      ...{ canary, environment, instruction, files },
      service: service && {
        command: service.command,
        port: service.port,
        'ready-within-seconds': service.readyWithinMs / 1000,
      },
      tools,
      limits: {
        tokens: limits.tokens,
        turns: limits.turns,
        seconds: limits.seconds,
        'memory-mib': limits.memoryMiB,
      },
      verifier: {
        files: verifier.files,
        command: verifier.command,
        seconds: verifier.seconds,
        'memory-mib': verifier.memoryMiB,
      },
      solution: present(solution),
    }),
  )
}

/** Leaves out what is null: a member that is not said is not written. */
const present = (members: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null))
