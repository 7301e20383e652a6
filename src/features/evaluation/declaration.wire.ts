import { z } from 'zod'
import { DeclarationShape } from './declaration.ts'

/** Shapes of declarations as they cross HTTP. Times are ISO 8601 in UTC. */

export const DeclarationWire = DeclarationShape.meta({ id: 'EvaluationDeclaration' })

export const KeptDeclarationWire = z
  .strictObject({
    /** SHA-256 of its canonical JSON, hexadecimal: what both sides name. */
    digest: z.string(),
    declaration: DeclarationWire,
    /** The pack that it is about. */
    pack: z.string().nullable(),
    proposedAt: z.string(),
    proposedBy: z.string(),
    developerAgreedAt: z.string().nullable(),
    evaluatorAgreedAt: z.string().nullable(),
    /** When the second of the two agreed; null until then. */
    agreedAt: z.string().nullable(),
    /** Of those agreed for this pack it is the last: runs are under it. */
    isStanding: z.boolean(),
  })
  .meta({ id: 'KeptDeclaration' })

export const DeclarationListWire = z
  .strictObject({ items: z.array(KeptDeclarationWire) })
  .meta({ id: 'DeclarationList' })
