import { z } from 'zod'
import { lineShape } from '#platform/http/line-shape.ts'
import { organisationKinds } from './organisation-kind.ts'
import { isFinderOrKnown, onlyFinders, pseudonymWish } from './pseudonym.wire.ts'
import { roles } from './role.ts'

/** Shapes of organisations and their people as they cross HTTP. */

const role = z.enum(roles)

const MemberWire = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    role,
    addedAt: z.string(),
    disabledAt: z.string().nullable(),
    /** When they last used a session that is not forgotten; null for never. */
    lastSeenAt: z.string().nullable(),
    /** Ids of other accounts that are said to be of the same human. */
    sameHuman: z.array(z.string()),
  })
  .meta({ id: 'Member' })

export const OrganisationListWire = z
  .strictObject({
    items: z.array(
      z
        .strictObject({
          id: z.string(),
          name: z.string(),
          kinds: z.array(z.enum(organisationKinds)),
          /** Whether its name, and those of its people, are a pseudonym. */
          isPseudonymous: z.boolean(),
          createdAt: z.string(),
          disabledAt: z.string().nullable(),
          people: z.array(MemberWire),
        })
        .meta({ id: 'Organisation' }),
    ),
  })
  .meta({ id: 'OrganisationList' })

export const PersonWishWire = z
  .strictObject({
    name: lineShape(100),
    /** An existing organisation's id, or the name of a new one. */
    organisation: lineShape(200),
    ...pseudonymWish,
    role,
  })
  .refine(isFinderOrKnown, onlyFinders)

/** The only answer that holds the secret of a one-time link. */
export const OneTimeLinkWire = z
  .strictObject({
    person: z.strictObject({ id: z.string(), name: z.string() }),
    /** What follows `/sign-in#` in the address. */
    link: z.string(),
    expiresAt: z.string(),
  })
  .meta({ id: 'OneTimeLink' })

export const PersonChangeWire = z.strictObject({
  name: lineShape(100).optional(),
  isDisabled: z.boolean().optional(),
})

export const RoleWire = z.strictObject({ role })

export const OrganisationChangeWire = z.strictObject({
  name: lineShape(200).optional(),
  isDisabled: z.boolean().optional(),
  kinds: z.array(z.enum(organisationKinds)).max(organisationKinds.length).optional(),
})

export const SameHumanWire = z.strictObject({ other: z.string().max(100) })
