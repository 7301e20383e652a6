import type { Pool } from 'pg'
import { z } from 'zod'
import { labelIdFor } from '#features/label/label.store.ts'
import { type Label, parseMarking } from '#features/label/label.ts'
import { LabelWishWire } from '#features/label/label.wire.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { type Actor, asActor } from '#platform/db/as-actor.ts'
import { type Problem, problem } from '#platform/http/problem.ts'
import { parseJson } from '#platform/http/strict-json.ts'

/** How the label of what is handed in is named, whatever its body says. */
export const labelHeader = 'parley-label'

const textMax = 4_000

/** What a request may say of its label; judged where it is used. */
export const LabelHeaderWire = z.strictObject({
  [labelHeader]: z
    .string()
    .meta({
      ...{ minLength: 1, maxLength: textMax },
      description:
        'A marking, such as `TLP:RED` or `RESTRICTED//GLASS//TLP:AMBER`, or a label as JSON. ' +
        'Without it what is handed in has the label that is usual for the organisation',
    })
    .optional(),
})

/**
 * The label that a request names for what it hands in; null where it names none. Whatever cannot be
 * read is refused: nothing is stored under another label than was meant.
 */
export function labelOfHeader(
  header: string | readonly string[] | undefined,
): Result<Label | null, Problem> {
  if (header === undefined) return yes(null)
  if (typeof header !== 'string') return no(unreadable('', 'There are several; one is needed.'))
  const text = header.trim()
  if (text.length > textMax) return no(unreadable('', `It is longer than ${textMax} characters.`))
  if (text.startsWith('{')) return ofJson(text)
  const label = parseMarking(text.startsWith('TLP:') ? `UNCLASSIFIED//${text}` : text)
  return label === null ? no(unreadable('', notAMarking)) : yes(label)
}

const notAMarking =
  'It is no marking: write a classification, compartments and a TLP colour with // between them, ' +
  'such as UNCLASSIFIED//TLP:AMBER+STRICT, or a label as JSON.'

function ofJson(text: string): Result<Label, Problem> {
  const json = parseJson(Buffer.from(text))
  if (!json.ok) {
    const { pointer = '', why } = json.refusal
    return no(unreadable(pointer, `As JSON it ${why}.`))
  }
  const read = LabelWishWire.safeParse(json.value)
  if (read.success) return yes(read.data)
  const [first] = read.error.issues
  const at = (first?.path ?? []).map((part) => `/${String(part)}`).join('')
  return no(unreadable(at, first?.message ?? 'It is no label.'))
}

const unreadable = (at: string, detail: string): Problem =>
  problem('malformed', 'The label cannot be read; nothing was stored.', {
    errors: [{ in: 'header', pointer: `/${labelHeader}${at}`, detail }],
  })

/**
 * The number of the label that is named for what is handed in; null where none is. It is committed
 * before anything has it: a label without a record shows nothing to anybody.
 */
export async function labelNumber(
  pool: Pool,
  actor: Actor,
  label: Label | null,
): Promise<Result<number | null, Problem>> {
  if (label === null) return yes(null)
  const found = await asActor(pool, actor, (tx) => labelIdFor(tx, label))
  return found.ok ? found : no(aboveCeiling())
}

/** That this instance may not hold what a request names as its label. */
export const aboveCeiling = (): Problem =>
  problem('above-ceiling', 'This instance may not hold what has this label; nothing was stored.', {
    errors: [
      {
        ...{ in: 'header', pointer: `/${labelHeader}` },
        detail: 'Its classification is above the ceiling of this instance.',
      },
    ],
  })
