import type { Crash } from '#formats/finding/finding.ts'
import { present } from '#formats/finding/present.ts'
import { isBoring } from './boring.ts'
import type { CrashFamily } from './claim.ts'
import { type CrashReport, crashesIn } from './crash.ts'
import { type Exploitability, exploitabilityOf } from './exploitability.ts'
import { stateOf } from './state.ts'

/** A place in code: the function where it is known, the file and line where they are. */
export type CrashPlace = {
  readonly function?: string
  readonly file?: string
  readonly line?: number
}

/**
 * One crash of a log with what is made of it: `kind` as its printer names it, `state` as
 * `stateOf` cuts it, `place` the innermost frame that tells something, or where the report itself
 * puts the fault.
 */
export type TypedCrash = {
  readonly kind: string
  /** Who printed the report. */
  readonly by: CrashFamily
  readonly access?: 'read' | 'write'
  readonly sizeBytes?: number
  readonly address?: string
  readonly message?: string
  readonly state: readonly string[]
  readonly place?: CrashPlace
  readonly exploitability: Exploitability
  /** All that was read, with every frame. */
  readonly crash: Crash
  /** Character offsets of the report in the text. */
  readonly start: number
  readonly end: number
}

/**
 * The crashes that a text reports, in order, each typed: what a run of a program printed is
 * judged with it. Exceptions that were only logged, and may have been caught, are no crashes.
 */
export const typedCrashesIn = (text: string): TypedCrash[] =>
  crashesIn(text)
    .filter(({ weight }) => weight !== 'mention')
    .map(typedCrash)

export function typedCrash(report: CrashReport): TypedCrash {
  const { crash, family, start, end } = report
  return {
    ...present<Pick<TypedCrash, 'access' | 'sizeBytes' | 'address' | 'message' | 'place'>>({
      access: crash.access,
      sizeBytes: crash.sizeBytes,
      address: crash.address,
      message: crash.message,
      place: placeOfCrash(report),
    }),
    kind: crash.kind,
    by: family,
    state: stateOf(crash, report.file),
    exploitability: exploitabilityOf(report),
    crash,
    start,
    end,
  }
}

function placeOfCrash({ crash, file, line }: CrashReport): CrashPlace | undefined {
  const frame = crash.frames.find((one) => !isBoring(one))
  if (frame) {
    return present<CrashPlace>({ function: frame.function, file: frame.file, line: frame.line })
  }
  return file === undefined ? undefined : present<CrashPlace>({ file, line })
}
