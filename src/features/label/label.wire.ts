import { z } from 'zod'
import {
  canonical,
  classifications,
  isInstant,
  protections,
  spelling,
  tlpColours,
} from './label.ts'

/** Shapes of labels as they cross HTTP; sets are sorted on the way in. */

const membersMax = 32

const setOf = (form: RegExp) => z.array(z.string().max(80).regex(form)).max(membersMax)

const day = z
  .string()
  .max(10)
  .refine((text) => spelling.day.test(text) && isInstant(`${text}T00:00:00Z`), 'is no day')

const ClassificationWire = z.enum(classifications)
const TlpWire = z.enum(tlpColours)

const plain = z.strictObject({
  classification: ClassificationWire,
  tlp: TlpWire,
  compartments: setOf(spelling.compartment),
  owners: setOf(spelling.organisation),
  /** Null for anybody who is otherwise cleared; an empty list for nobody. */
  releasableTo: setOf(spelling.organisation).nullable(),
  legal: z
    .array(z.strictObject({ kind: z.enum(protections), from: day, until: day.nullable() }))
    .max(membersMax),
  foia: setOf(spelling.exemption),
  /** To the second, as `2026-12-01T00:00:00Z`. */
  embargoUntil: z.string().max(20).refine(isInstant, 'is no instant').nullable(),
})

/** What a record may be shown to, as it is sent in. */
export const LabelWishWire = plain.transform(canonical)

/** What a record may be shown to, with the line that says so to people. */
export const LabelWire = z
  .strictObject({ ...plain.shape, marking: z.string() })
  .meta({ id: 'Label' })
