import type { Pool } from 'pg'
import { z } from 'zod'
import { noEngagement } from '#features/engagement/desk.ts'
import { actorSide, lockEngagement } from '#features/engagement/engagement.store.ts'
import { accessAt, type Engagement, type Side } from '#features/engagement/engagement.ts'
import {
  recordFor,
  recordReading,
  tellEngagement,
} from '#features/engagement/engagement-event.store.ts'
import { mayEither } from '#features/org/access.ts'
import { actorOf, type Principal } from '#features/org/org.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { asActor, type Tx } from '#platform/db/as-actor.ts'
import { type Problem, problem, type Violation } from '#platform/http/problem.ts'
import { type Route, route } from '#platform/http/route.ts'
import { misfitsOf } from './bank-strata.ts'
import {
  agree,
  countRuns,
  declarationOf,
  declarationsOf,
  type KeptDeclaration,
  packToDeclare,
  propose,
} from './declaration.store.ts'
import { type Declaration, type Declared, parseDeclaration } from './declaration.ts'
import { DeclarationListWire, DeclarationWire, KeptDeclarationWire } from './declaration.wire.ts'
import type { EvaluationKeys } from './evaluation-keys.ts'
import { commitmentIn } from './pack-shelf.store.ts'

export type DeclarationParts = { readonly pool: Pool; readonly keys: EvaluationKeys }

const refusals = ['unauthenticated', 'not-allowed', 'not-found'] as const
const access = mayEither('offer', 'evaluate')

/** What both sides agree on before there is access. */
export const declarationRoutes = (parts: DeclarationParts): readonly Route<Principal>[] => [
  listRoute(parts),
  proposeRoute(parts),
  agreeRoute(parts),
]

const path = '/v1/engagements/{id}/declarations'
const params = z.strictObject({ id: z.string().max(100) })

const listRoute = ({ pool, keys }: DeclarationParts): Route<Principal> =>
  route({
    ...{ method: 'GET', path, name: 'declarations', tag: 'evaluation', access, params },
    summary: 'What was declared under an engagement: every version, and who agreed to it when',
    output: DeclarationListWire,
    problems: refusals,
    run: ({ principal, params: { id }, clock }) =>
      asActor(pool, actorOf(principal), async (tx) => {
        if ((await actorSide(tx, id)) === null) return no(noEngagement())
        const items = await declarationsOf(tx, keys.evaluation, id)
        const of = { at: clock.now(), action: 'engagement.read', kind: 'declaration' } as const
        await recordReading(
          tx,
          id,
          items.map(({ declared: { digest } }) => ({ ...of, record: digest, part: 'declaration' })),
        )
        return yes({ items: items.map(presentDeclaration) })
      }),
  })

const presentDeclaration = (kept: KeptDeclaration) => ({
  ...{ digest: kept.declared.digest, declaration: kept.declared.declaration, pack: kept.pack },
  ...{ proposedAt: kept.proposedAt.toISOString(), proposedBy: kept.proposedBy },
  developerAgreedAt: kept.developerAt?.toISOString() ?? null,
  evaluatorAgreedAt: kept.evaluatorAt?.toISOString() ?? null,
  agreedAt: kept.agreedAt?.toISOString() ?? null,
  isStanding: kept.isStanding,
})

/**
 * Why nothing can be declared any more; null where it can. What is declared once there is access
 * could have been chosen by what was seen.
 */
function tooLate(engagement: Engagement, runs: number, now: Date): Problem | null {
  const is = accessAt(engagement, now).is
  const isBefore = engagement.state === 'offered' || is === 'before'
  if (isBefore && runs === 0) return null
  const why =
    is === 'none' || is === 'over'
      ? 'Nothing is to be evaluated under this engagement.'
      : 'The window is open: what is declared now could have been chosen by what was seen.'
  return problem('not-in-this-state', why)
}

type Speaking = { readonly engagement: Engagement; readonly side: Side }

/** The engagement and the side that whoever acts speaks for, while something can be declared. */
async function speaking(
  tx: Tx,
  { keys }: DeclarationParts,
  { id, now }: { readonly id: string; readonly now: Date },
): Promise<Result<Speaking, Problem>> {
  const side = await actorSide(tx, id)
  const kept = side === null ? null : await lockEngagement(tx, keys.engagement, id)
  if (kept === null || side === null) return no(noEngagement())
  const late = tooLate(kept.engagement, await countRuns(tx, id), now)
  return late === null ? yes({ engagement: kept.engagement, side }) : no(late)
}

const proposeRoute = (parts: DeclarationParts): Route<Principal> =>
  route({
    ...{ method: 'POST', path, name: 'declare', tag: 'evaluation', access, params },
    summary: 'Propose what is declared, and agree to it for one’s side, before there is access',
    input: DeclarationWire,
    output: KeptDeclarationWire,
    status: 201,
    problems: [...refusals, 'invalid', 'not-in-this-state'],
    run: ({ principal, params: { id }, body, clock }) =>
      asActor(parts.pool, actorOf(principal), async (tx) => {
        const now = clock.now()
        const found = await speaking(tx, parts, { id, now })
        if (!found.ok) return found
        const fit = await fitting(tx, id, body)
        if (!fit.ok) return fit
        const { declared, packNo } = fit.value
        const { side } = found.value
        const proposing = { engagement: id, declared, packNo, side, now }
        if (await propose(tx, parts.keys.evaluation, proposing)) {
          await noted(tx, { id, digest: declared.digest, side, now, is: 'proposed' })
        }
        return shown(tx, parts, { engagement: id, digest: declared.digest })
      }),
  })

/** A declaration that contradicts neither itself nor the commitment of its pack. */
async function fitting(
  tx: Tx,
  engagement: string,
  body: Declaration,
): Promise<Result<{ readonly declared: Declared; readonly packNo: number }, Problem>> {
  const declared = parseDeclaration(body)
  if (!declared.ok) {
    return no(invalid(declared.refusal.map(({ at = '', why }) => ({ at, why }))))
  }
  const root = body.bankRoot
  const pack = await packToDeclare(tx, { engagement, root })
  if (pack === null) {
    const why = 'no pack of the evaluator that was published has this root'
    return no(invalid([{ at: '/bankRoot', why }]))
  }
  const misfits = misfitsOf(body, commitmentIn(pack.document).strata)
  if (misfits.length > 0) return no(invalid(misfits))
  return yes({ declared: declared.value, packNo: pack.no })
}

function invalid(wrong: readonly { readonly at: string; readonly why: string }[]): Problem {
  const errors = wrong.map(
    ({ at, why }): Violation => ({ in: 'body', pointer: at, detail: `${why}.` }),
  )
  return problem('invalid', 'This cannot be declared.', { errors })
}

const agreeRoute = (parts: DeclarationParts): Route<Principal> =>
  route({
    ...{ method: 'POST', path: `${path}/{digest}/agreement`, name: 'agreeToDeclaration' },
    ...{ tag: 'evaluation', access },
    summary: 'Agree to a declaration by its digest; with the second side it is agreed',
    params: z.strictObject({ id: z.string().max(100), digest: z.string().max(64) }),
    output: KeptDeclarationWire,
    problems: [...refusals, 'not-in-this-state'],
    run: ({ principal, params: { id, digest }, clock }) =>
      asActor(parts.pool, actorOf(principal), async (tx) => {
        const now = clock.now()
        const kept = await declarationOf(tx, parts.keys.evaluation, { engagement: id, digest })
        if (kept === null) return no(problem('not-found', 'There is no such declaration for you.'))
        const found = await speaking(tx, parts, { id, now })
        if (!found.ok) return found
        const { side } = found.value
        if (await agree(tx, { no: kept.no, side, now })) {
          await noted(tx, { id, digest, side, now, is: 'agreed' })
        }
        return shown(tx, parts, { engagement: id, digest })
      }),
  })

type Note = {
  readonly id: string
  readonly digest: string
  readonly side: Side
  readonly is: 'proposed' | 'agreed'
  readonly now: Date
}

async function noted(tx: Tx, { id, digest, side, is, now }: Note): Promise<void> {
  const of = { action: 'engagement.declare', kind: 'declaration', record: digest, digest } as const
  await recordFor(tx, id, [{ at: now, ...of, fields: { is, side } }])
  await tellEngagement(tx, id, now)
}

async function shown(
  tx: Tx,
  { keys }: DeclarationParts,
  which: { readonly engagement: string; readonly digest: string },
): Promise<Result<z.input<typeof KeptDeclarationWire>, Problem>> {
  const kept = await declarationOf(tx, keys.evaluation, which)
  return kept === null ? no(noEngagement()) : yes(presentDeclaration(kept))
}
