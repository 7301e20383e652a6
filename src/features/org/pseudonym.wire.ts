import { z } from 'zod'

/** A mail address as far as it has to be one: whoever gives it hears whether it works. */
const address = z
  .string()
  .max(254)
  .regex(/^[^\s@<>(),;:"]+@[^\s@<>(),;:"]+$/)

/** What says, of an organisation that is made, that it is to be known by a pseudonym. */
export const pseudonymWish = {
  isPseudonymous: z.boolean().optional(),
  /** Where messages to it are sent; sealed like its name. */
  contact: address.optional(),
}

type Wish = {
  readonly isPseudonymous?: boolean | undefined
  readonly contact?: string | undefined
  readonly role: string
}

export const isFinderOrKnown = ({ isPseudonymous = false, contact, role }: Wish): boolean =>
  isPseudonymous ? role === 'finder' : contact === undefined

export const onlyFinders = {
  path: ['isPseudonymous'],
  message: 'Only finders are pseudonymous, and only of those an address is kept.',
}

export const OwnPseudonymWire = z
  .strictObject({
    /** Null where everybody here knows the organisation by its name. */
    pseudonym: z.string().nullable(),
    /** Whether messages can reach it. */
    hasContact: z.boolean(),
    /** To whom two people let its name be shown, newest first. */
    reveals: z.array(
      z.strictObject({
        at: z.string(),
        by: z.string(),
        granted: z.string(),
        reason: z.string(),
        /** When they looked; null where they did not. */
        usedAt: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'OwnPseudonym' })

export const BecomeWire = z.strictObject({ contact: address.optional() })
