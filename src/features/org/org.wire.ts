import { z } from 'zod'
import { lineShape } from '#platform/http/line-shape.ts'
import { permissions, roles, tokenRoles } from './role.ts'

/** Shapes of people and sign-in as they cross HTTP. */

export const SessionWire = z
  .strictObject({
    person: z.strictObject({ id: z.string(), name: z.string() }),
    organisation: z.strictObject({ id: z.string(), name: z.string() }),
    role: z.enum(roles),
    /** What the role lets them do. */
    permissions: z.array(z.enum(permissions)),
    expiresAt: z.string(),
    instance: z.strictObject({ name: z.string(), version: z.string(), isEmpty: z.boolean() }),
  })
  .meta({ id: 'Session' })

export const SignInWire = z.strictObject({ link: z.string().max(200) })

export const TokenWire = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    organisation: z.strictObject({ id: z.string(), name: z.string() }),
    owner: z.string(),
    role: z.enum(roles),
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

export const TokenWishWire = z.strictObject({
  name: lineShape(100),
  /** An existing organisation's id, or the name of a new one. */
  organisation: lineShape(200),
  role: z.enum(tokenRoles),
  days: z.number().int().min(1).max(365),
})

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
