import type { Pool } from 'pg'
import { z } from 'zod'
import { may } from '#features/org/access.ts'
import { actorOf, type Principal } from '#features/org/org.ts'
import { type NoteVerifier, verifierText } from '#formats/tlog/note.ts'
import { no, yes } from '#kernel/result.ts'
import { asActor } from '#platform/db/as-actor.ts'
import { problem } from '#platform/http/problem.ts'
import { type Route, route } from '#platform/http/route.ts'
import { listEntries, provenEntry } from './entry-list.store.ts'
import { ledgerHead } from './ledger.store.ts'
import {
  LedgerCheckpointWire,
  LedgerListWire,
  LedgerProofWire,
  LedgerQueryWire,
} from './ledger.wire.ts'

export type LedgerParts = { readonly pool: Pool; readonly key: NoteVerifier }

const refusals = ['unauthenticated', 'not-allowed'] as const

/** The record of what was privileged, for those who run the instance. */
export const ledgerRoutes = (parts: LedgerParts): readonly Route<Principal>[] => [
  listRoute(parts),
  entryRoute(parts),
  checkpointRoute(parts),
]

const listRoute = ({ pool }: LedgerParts): Route<Principal> =>
  route({
    ...{ method: 'GET', path: '/v1/ledger/entries', name: 'ledgerEntries', tag: 'ledger' },
    summary: 'Who did what, newest first',
    access: may('audit'),
    query: LedgerQueryWire,
    output: LedgerListWire,
    problems: [...refusals, 'invalid'],
    run: async ({ principal, query }) => {
      const { action = null, record = null, person = null, limit } = query
      const before = query.after === undefined ? null : Number(query.after)
      const asked = { action, record, person, before, limit }
      const found = await asActor(pool, actorOf(principal), (tx) => listEntries(tx, asked))
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
      const head = await asActor(pool, actorOf(principal), ledgerHead)
      if (head === null) return no(problem('not-found', 'The ledger has no entries yet.'))
      return yes({ checkpoint: head.note, key: verifierText(key) })
    },
  })
