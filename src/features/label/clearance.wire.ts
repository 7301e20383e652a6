import { z } from 'zod'
import { classifications, spelling, tlpColours } from './label.ts'

const membersMax = 200

/** What somebody may be shown while they act for an organisation, as it crosses HTTP. */
export const ClearanceWishWire = z.strictObject({
  classification: z.enum(classifications),
  tlp: z.enum(tlpColours),
  compartments: z.array(z.string().max(40).regex(spelling.compartment)).max(membersMax),
  /** Whether they are an authorised user of Protected Critical Infrastructure Information. */
  pcii: z.boolean(),
  underEmbargo: z.boolean(),
})

export const ClearanceWire = z
  .strictObject({
    ...ClearanceWishWire.shape,
    /** Nobody is cleared for more than this. */
    ceiling: z.enum(classifications),
    /** Null where nobody cleared them, and they have what is common. */
    changedAt: z.string().nullable(),
  })
  .meta({ id: 'Clearance' })
