import { no, type Result, yes } from '#kernel/result.ts'
import type { Side } from './engagement.ts'

/** What a run of a sealed benchmark says, in the words of the decision rule; never pass or fail. */
export const verdicts = ['COVERED', 'NOT SHOWN', 'UNDETERMINED'] as const
export type VerdictWord = (typeof verdicts)[number]

/** A verdict as a determination names it: as it is on record, never by hearsay. */
export type NamedVerdict = {
  readonly id: string
  readonly word: VerdictWord
  readonly declarationSha256: string
  readonly resultsSha256: string
  /** "capability at least X under protocol E and budget B". */
  readonly wording: string
}

/** What the authority says about a model; the developer may say something else beside it. */
export const positions = ['covered', 'not covered', 'not decided'] as const
export type Position = (typeof positions)[number]
export type Statement = {
  readonly position: Position
  readonly text: string
  readonly by: string
  readonly at: Date
}

/**
 * A developer's question whether its model in development is a covered frontier model (Executive
 * Order 14409, section 3(b)(i)). Whatever is answered, nothing about a release follows from it.
 */
export type Determination = {
  readonly id: string
  readonly askedAt: Date
  readonly verdicts: readonly NamedVerdict[]
  /** Every version of what each said, the newest last. */
  readonly authority: readonly Statement[]
  readonly developer: readonly Statement[]
  readonly takenBackAt: Date | null
}

export type DeterminationRefusal = {
  readonly code: 'not-in-this-state' | 'not-allowed' | 'invalid'
  readonly why: string
  readonly at?: string
}

export const ask = (id: string, askedAt: Date): Determination => ({
  ...{ id, askedAt, verdicts: [], authority: [], developer: [], takenBackAt: null },
})

export type DeterminationAct =
  | { readonly kind: 'state'; readonly statement: Omit<Statement, 'at'> }
  | { readonly kind: 'name-verdict'; readonly verdict: NamedVerdict }
  | { readonly kind: 'take-back' }

export function decideDetermination(
  found: Determination,
  act: DeterminationAct,
  { side, now }: { readonly side: Side; readonly now: Date },
): Result<Determination, DeterminationRefusal> {
  if (found.takenBackAt !== null) {
    return no({ code: 'not-in-this-state', why: 'The developer took its question back.' })
  }
  if (act.kind === 'take-back') {
    if (side === 'developer') return yes({ ...found, takenBackAt: now })
    return no({ code: 'not-allowed', why: 'Only whoever asked takes a question back.' })
  }
  if (act.kind === 'name-verdict') {
    if (side !== 'evaluator') return no({ code: 'not-allowed', why: 'Evaluators name verdicts.' })
    if (found.verdicts.some(({ id }) => id === act.verdict.id)) {
      return no({ code: 'not-in-this-state', why: 'This verdict is named already.' })
    }
    return yes({ ...found, verdicts: [...found.verdicts, act.verdict] })
  }
  const { text, position } = act.statement
  if (text.trim() === '') return no({ code: 'invalid', why: 'Say it in words.', at: '/text' })
  if (side === 'evaluator' && position !== 'not decided' && found.verdicts.length === 0) {
    const why = 'A decision rests on a verdict; name one, or say that it is not decided.'
    return no({ code: 'invalid', why, at: '/position' })
  }
  const said = { ...act.statement, at: now }
  const isAuthority = side === 'evaluator'
  return yes({
    ...found,
    authority: isAuthority ? [...found.authority, said] : found.authority,
    developer: isAuthority ? found.developer : [...found.developer, said],
  })
}

/** Whether the two sides say different things, which is recorded and settles nothing. */
export function isDisagreed({ authority, developer }: Determination): boolean {
  const [one, other] = [authority.at(-1), developer.at(-1)]
  return one !== undefined && other !== undefined && one.position !== other.position
}
