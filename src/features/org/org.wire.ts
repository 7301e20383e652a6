import { z } from 'zod'
import { lineShape } from '#platform/http/line-shape.ts'
import { holds } from './org.ts'
import { isFinderOrKnown, onlyFinders, pseudonymWish } from './pseudonym.wire.ts'
import { permissions, permissionsOf, roles, tokenRoles } from './role.ts'

/** Shapes of people and sign-in as they cross HTTP. */

export const SessionWire = z
  .strictObject({
    person: z.strictObject({ id: z.string(), name: z.string() }),
    organisation: z.strictObject({ id: z.string(), name: z.string() }),
    role: z.enum(roles),
    /** What the role lets them do. */
    permissions: z.array(z.enum(permissions)),
    /** What has to be done before they may do any of it. */
    held: z.enum(holds).nullable(),
    expiresAt: z.string(),
    /** Where they are members; the session is for one of these. */
    memberships: z.array(
      z.strictObject({
        organisation: z.strictObject({ id: z.string(), name: z.string() }),
        role: z.enum(roles),
      }),
    ),
    instance: z.strictObject({ name: z.string(), version: z.string(), isEmpty: z.boolean() }),
  })
  .meta({ id: 'Session' })

export const SignInWire = z.strictObject({ link: z.string().max(200) })

export const TokenWire = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    organisation: z.strictObject({ id: z.string(), name: z.string() }),
    /** Who answers for whatever uses it. */
    owner: z.string(),
    ownerId: z.string(),
    role: z.enum(roles),
    /** What of the role is left to it; null for all of it. */
    scopes: z.array(z.enum(permissions)).nullable(),
    /** The agent or scanner that uses it; null where it is the owner themselves. */
    workload: z.strictObject({ name: z.string(), version: z.string().nullable() }).nullable(),
    createdAt: z.string(),
    expiresAt: z.string(),
    revokedAt: z.string().nullable(),
    lastUsedAt: z.string().nullable(),
  })
  .meta({ id: 'Token' })

/** The only answer that holds the token itself. */
export const TokenMadeWire = z
  .strictObject({ token: z.string(), about: TokenWire })
  .meta({ id: 'TokenMade' })

export const TokenWishWire = z
  .strictObject({
    name: lineShape(100),
    /** An existing organisation's id, or the name of a new one. */
    organisation: lineShape(200),
    ...pseudonymWish,
    role: z.enum(tokenRoles),
    days: z.number().int().min(1).max(365),
    /** What of the role it may do; left out for all of it. */
    scopes: z.array(z.enum(permissions)).min(1).max(permissions.length).optional(),
    /** The agent or scanner that uses it; left out where you do yourself. */
    workload: z
      .strictObject({ name: lineShape(100), version: lineShape(60).optional() })
      .optional(),
  })
  .refine(({ role, scopes = [] }) => scopes.every((one) => permissionsOf(role).includes(one)), {
    path: ['scopes'],
    message: 'It must hold only permissions of the role.',
  })
  .refine(isFinderOrKnown, onlyFinders)

/** A job as the Jobs page shows it: what it is about by id, never content. */
export const JobWire = z
  .strictObject({
    id: z.string(),
    queue: z.string(),
    ref: z.string(),
    state: z.enum(['waiting', 'retry', 'running', 'done', 'failed', 'cancelled']),
    attempts: z.number(),
    why: z.string().nullable(),
    createdAt: z.string(),
    startedAt: z.string().nullable(),
    finishedAt: z.string().nullable(),
  })
  .meta({ id: 'Job' })

export const JobListWire = z
  .strictObject({
    items: z.array(JobWire),
    queues: z.array(
      z.strictObject({
        name: z.string(),
        about: z.string(),
        waiting: z.number(),
        running: z.number(),
        failed: z.number(),
      }),
    ),
    workers: z.number(),
  })
  .meta({ id: 'JobList' })
