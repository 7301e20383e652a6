import type { z } from 'zod'
import { record } from '#features/ledger/ledger.store.ts'
import { may } from '#features/org/access.ts'
import { actorOf, type Principal } from '#features/org/org.ts'
import { parsePublicKey } from '#formats/attestation/dsse.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { asActor, type Tx } from '#platform/db/as-actor.ts'
import { invalid } from '#platform/http/arrival.ts'
import { type Problem, problem } from '#platform/http/problem.ts'
import { type Route, route } from '#platform/http/route.ts'
import {
  type CrossedRow,
  crossedVerdicts,
  holdTaking,
  keepCrossed,
  takenAbout,
  type VerdictKey,
  verdictKeys,
} from './crossed-verdict.store.ts'
import {
  BundleWishWire,
  CrossedVerdictListWire,
  CrossedVerdictWire,
} from './crossed-verdict.wire.ts'
import type { ResultParts } from './result-parts.ts'
import { noEffect } from './verdict.wire.ts'
import { readSignedVerdict, shownVerdict } from './verdict-crossing.ts'

/** Two people of the higher instance: here too that is no matter of settings. */
const signersMin = 2

/** Verdicts that come from an instance of higher classification. */
export const crossedVerdictRoutes = (parts: ResultParts): readonly Route<Principal>[] => [
  listRoute(parts),
  takeRoute(parts),
]

const listRoute = ({ pool }: ResultParts): Route<Principal> =>
  route({
    ...{ method: 'GET', path: '/v1/crossed-verdicts', name: 'crossedVerdicts', tag: 'results' },
    summary: 'Verdicts that your organisation took from an instance of higher classification',
    access: may('evaluate'),
    output: CrossedVerdictListWire,
    problems: ['unauthenticated', 'not-allowed'],
    run: ({ principal }) =>
      asActor(pool, actorOf(principal), async (tx) => {
        const keys = await verdictKeys(tx)
        return yes({ items: (await crossedVerdicts(tx)).map((row) => presentCrossed(row, keys)) })
      }),
  })

const takeRoute = ({ pool }: ResultParts): Route<Principal> =>
  route({
    ...{ method: 'POST', path: '/v1/crossed-verdicts', name: 'takeVerdict', tag: 'results' },
    summary: 'Take a verdict that two trusted people let out of a higher instance',
    access: may('evaluate'),
    input: BundleWishWire,
    output: CrossedVerdictWire,
    status: 201,
    problems: ['unauthenticated', 'not-allowed', 'invalid', 'not-in-this-state'],
    run: ({ principal, body: { bundle: text }, clock }) =>
      asActor(pool, actorOf(principal), (tx) => taken(tx, text, clock.now())),
  })

async function taken(
  tx: Tx,
  text: string,
  now: Date,
): Promise<Result<z.input<typeof CrossedVerdictWire>, Problem>> {
  await holdTaking(tx)
  const keys = await verdictKeys(tx)
  const trusted = keys.filter(({ endedAt }) => endedAt === null)
  if (trusted.length < signersMin) {
    const why = `An administrator has to trust the keys of ${signersMin} people first.`
    return no(problem('not-in-this-state', why))
  }
  const trust = { keys: trusted.map(keyOf), signersMin }
  // Nothing of it is believed yet: it says about what others may have come before.
  const earlier = await takenAbout(tx, shownVerdict(text)?.bundle.engagement ?? '')
  const read = readSignedVerdict(text, trust, { taken: earlier, now })
  if (!read.ok) {
    const { why, hint } = read.refusal
    const detail = `The bundle ${why}${hint === undefined ? '' : `: ${hint}`}.`
    return no(invalid([{ in: 'body', pointer: '/bundle', detail }]))
  }
  const { bundle, sha256 } = read.value
  const id = await keepCrossed(tx, { bundle, sha256, text, now })
  const entry = { at: now, action: 'verdict.take', kind: 'verdict', record: id } as const
  const fields = { proposal: bundle.engagement, number: String(bundle.number) }
  await record(tx, [{ ...entry, digest: sha256, fields }])
  const row = (await crossedVerdicts(tx)).find((one) => one.id === id)
  if (row === undefined) throw new TypeError('a verdict that was taken is not there')
  return yes(presentCrossed(row, keys))
}

function keyOf({ id, pem }: VerdictKey) {
  const key = parsePublicKey(pem)
  if (!key.ok) throw new TypeError(`the trusted key ${id} ${key.refusal.why}`)
  return key.value
}

function presentCrossed(
  { id, sha256, text, at, by }: CrossedRow,
  keys: readonly VerdictKey[],
): z.input<typeof CrossedVerdictWire> {
  const shown = shownVerdict(text)
  if (shown === null) throw new TypeError(`${id} is kept as no verdict`)
  const { engagement, number, issued, capability, verdict, wording, pack } = shown.bundle
  return {
    ...{ id, sha256, takenAt: at.toISOString(), takenBy: by, engagement, number, issued },
    ...{ capability, verdict, wording, pack, effect: noEffect },
    signers: shown.signers.map((key) => {
      const known = keys.find((one) => one.id === key)
      return { key, holder: known?.holder ?? '', isTrusted: known?.endedAt === null }
    }),
  }
}
