import type { Pool } from 'pg'
import { z } from 'zod'
import { may } from '#features/org/access.ts'
import { actorOf, type Principal } from '#features/org/org.ts'
import { type NoteVerifier, verifierText } from '#formats/tlog/note.ts'
import { no, yes } from '#kernel/result.ts'
import { asActor } from '#platform/db/as-actor.ts'
import { problem } from '#platform/http/problem.ts'
import { type Route, route } from '#platform/http/route.ts'
import { listAnomalies } from './anomalies.store.ts'
import { listEntries, provenEntry } from './entry-list.store.ts'
import { ledgerHead, record } from './ledger.store.ts'
import {
  AnomalyListWire,
  LedgerCheckpointWire,
  LedgerListWire,
  LedgerProofWire,
  LedgerQueryWire,
} from './ledger.wire.ts'
import { ledgerKeys } from './ledger-key.ts'
import { lookAt, seenRoutes } from './seen.routes.ts'
import type { SeenTelling } from './seen.store.ts'

export type LedgerParts = SeenTelling & { readonly pool: Pool; readonly key: NoteVerifier }

const refusals = ['unauthenticated', 'not-allowed'] as const

/** The record of what was privileged, for those who run the instance. */
export const ledgerRoutes = (parts: LedgerParts): readonly Route<Principal>[] => [
  listRoute(parts),
  entryRoute(parts),
  checkpointRoute(parts),
  anomaliesRoute(parts),
  ...seenRoutes(parts),
]

const listRoute = ({ pool }: LedgerParts): Route<Principal> =>
  route({
    ...{ method: 'GET', path: '/v1/ledger/entries', name: 'ledgerEntries', tag: 'ledger' },
    summary: 'Who did what, newest first',
    access: may('audit'),
    query: LedgerQueryWire,
    output: LedgerListWire,
    problems: [...refusals, 'invalid'],
    run: async ({ principal, query, clock }) => {
      const { action = null, record: of = null, person = null, since = null, limit } = query
      const before = query.after === undefined ? null : Number(query.after)
      const asked = { action, record: of, person, since, until: query.until ?? null, before, limit }
      const found = await asActor(pool, actorOf(principal), async (tx) => {
        const entries = await listEntries(tx, asked)
        if (before === null) await record(tx, [lookAt({ kind: 'ledger', id: 'list' }, clock.now())])
        return entries
      })
      const items = found.slice(0, limit)
      const last = found.length > limit ? items.at(-1) : undefined
      return yes({ items, next: last === undefined ? null : String(last.index) })
    },
  })

const entryRoute = ({ pool }: LedgerParts): Route<Principal> =>
  route({
    ...{ method: 'GET', path: '/v1/ledger/entries/{index}', name: 'ledgerEntry', tag: 'ledger' },
    summary: 'An entry with what proves that the newest checkpoint holds it',
    access: may('audit'),
    params: z.strictObject({ index: z.string().regex(/^(?:0|[1-9][0-9]{0,14})$/) }),
    output: LedgerProofWire,
    problems: [...refusals, 'not-found'],
    run: async ({ principal, params }) => {
      const index = Number(params.index)
      const found = await asActor(pool, actorOf(principal), (tx) => provenEntry(tx, index))
      return found ? yes(found) : no(problem('not-found', 'The ledger has no such entry yet.'))
    },
  })

const checkpointRoute = ({ pool, key }: LedgerParts): Route<Principal> =>
  route({
    ...{ method: 'GET', path: '/v1/ledger/checkpoint', name: 'ledgerCheckpoint', tag: 'ledger' },
    summary: 'The newest signed checkpoint: keep it, and later ledgers can be held against it',
    access: may('audit'),
    output: LedgerCheckpointWire,
    problems: [...refusals, 'not-found'],
    run: async ({ principal }) => {
      const [head, keys] = await asActor(pool, actorOf(principal), async (tx) => {
        return [await ledgerHead(tx), await ledgerKeys(tx)] as const
      })
      if (head === null) return no(problem('not-found', 'The ledger has no entries yet.'))
      return yes({ checkpoint: head.note, key: keys.at(-1)?.verifier ?? verifierText(key) })
    },
  })

const anomaliesRoute = ({ pool }: LedgerParts): Route<Principal> =>
  route({
    ...{ method: 'GET', path: '/v1/ledger/anomalies', name: 'ledgerAnomalies', tag: 'ledger' },
    summary: 'Who opened or took out far more than usual, or at an unusual hour, in the last day',
    access: may('audit'),
    output: AnomalyListWire,
    problems: refusals,
    run: async ({ principal, clock }) => {
      const now = clock.now()
      const found = await asActor(pool, actorOf(principal), async (tx) => {
        const list = await listAnomalies(tx, now)
        await record(tx, [lookAt({ kind: 'ledger', id: 'anomalies' }, now)])
        return list
      })
      return yes(found)
    },
  })
