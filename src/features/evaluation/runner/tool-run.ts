import type { Root, Limits as SandboxLimits, SandboxOutcome } from '#platform/sandbox/sandbox.ts'
import type { PackTask } from '../pack-reading.ts'
import { endingWords, taskRunLimits } from '../task-trial.ts'
import type { Call } from './model.ts'
import { parseCall, type ToolRun, withService } from './tools.ts'
import type { Workshop } from './workshop.ts'

/** What a call came to. */
export type Called =
  | { readonly is: 'submit' }
  | {
      readonly is: 'output'
      readonly text: string
      readonly truncated: boolean
      /** Whether there is a new working folder; it is that of before where not. */
      readonly isKept: boolean
      readonly ms: number
    }
  | { readonly is: 'stopped' }
  /** The machine cannot run it. `isHere`: nor anything else. */
  | { readonly is: 'failed'; readonly why: string; readonly isHere: boolean }

export type Place = {
  readonly one: PackTask
  readonly root: Root
  /** The working folder before and after, tar archives. */
  readonly state: string
  readonly keepState: string
  readonly msLeft: number
}

const said = (text: string): Called => ({
  ...{ is: 'output', text, truncated: false, isKept: false, ms: 0 },
})

/** Runs one call of a model in a sandbox of its own, beside the task's service. */
export async function runCall(call: Call, place: Place, shop: Workshop): Promise<Called> {
  const { task } = place.one
  const { scaffold, sandbox, sandboxes, stop } = shop
  const asked = parseCall(call, task, scaffold)
  if (!asked.ok) return said(asked.refusal)
  if (asked.value.is === 'submit') return { is: 'submit' }
  const run: ToolRun = withService(asked.value, task.service)
  return sandboxes.with(async () => {
    if (stop.cut.aborted) return { is: 'stopped' }
    const begun = performance.now()
    const done = await sandbox.run(
      {
        ...{ root: place.root, state: place.state, keepState: place.keepState },
        ...{ given: run.given, command: run.command, stdin: run.stdin, environment: {} },
        ...{ mayTrace: false, collect: [], limits: limitsOf(place, scaffold.toolSeconds) },
      },
      stop.cut,
    )
    const ms = performance.now() - begun
    if (!done.ok) {
      const { code, why } = done.refusal
      if (stop.cut.aborted) return { is: 'stopped' }
      if (code === 'bad-run') return said(`That cannot be run: ${why}.`)
      return {
        is: 'failed',
        why: `no sandbox could run a tool: ${why}`,
        isHere: code !== 'bad-state',
      }
    }
    if (done.value.ending.kind === 'stopped') return { is: 'stopped' }
    return { is: 'output', ...shown(done.value, scaffold.toolOutputChars), ms }
  })
}

function limitsOf({ one, msLeft }: Place, toolSeconds: number): SandboxLimits {
  const { memoryMiB } = one.task.limits
  return taskRunLimits(Math.max(1, Math.min(toolSeconds, Math.ceil(msLeft / 1000))), memoryMiB)
}

/** What the model is shown of a run: its output, cut, and how it ended where that was not well. */
function shown(
  { ending, stdout, stderr, kept }: SandboxOutcome,
  charsMax: number,
): { readonly text: string; readonly truncated: boolean; readonly isKept: boolean } {
  const [out, error] = [textOf(stdout.bytes), textOf(stderr.bytes)]
  const whole = error === '' ? out : `${out}${out === '' || out.endsWith('\n') ? '' : '\n'}${error}`
  const bytes = stdout.total + stderr.total
  const truncated = whole.length > charsMax || bytes > stdout.bytes.length + stderr.bytes.length
  const cut = whole.slice(0, charsMax).toWellFormed()
  const notes = [
    ...(truncated ? [`(cut here; there were ${bytes} bytes)`] : []),
    ...(ending.kind === 'exit' && ending.code === 0
      ? []
      : [`(the command ${endingWords(ending)})`]),
    ...(kept ? [] : ['(what it changed in the working folder is lost)']),
  ]
  const body = notes.length === 0 || cut === '' || cut.endsWith('\n') ? cut : `${cut}\n`
  return { text: `${body}${notes.join('\n')}`, truncated, isKept: kept }
}

const textOf = (bytes: Uint8Array): string => new TextDecoder('utf8').decode(bytes)
