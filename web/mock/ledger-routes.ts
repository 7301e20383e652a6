import { createHash } from 'node:crypto'
import type { Anomaly, LedgerEntry, LedgerProof } from '../api/types.ts'
import { type MockRoute, notThere, ok } from './answer.ts'
import { idOf, now, people } from './rows.ts'

const hourMs = 3_600_000
const actions = ['case.read', 'case.decide', 'sign-in.open', 'attachment.read'] as const
const size = 80

/** A ledger of invented entries, with proofs that hold. */
export const ledgerRoutes = (): readonly MockRoute[] => {
  const entries = Array.from({ length: size }, (_, at) => entryOf(at))
  const leaves = entries.map((entry) => hashed(0, [Buffer.from(leafOf(entry))]))
  const root = rootOf(leaves).toString('base64')
  const checkpoint = `parley-ledger/mock\n${size}\n${root}\n\n— parley-ledger/mock AAAAAAAA\n`
  return [
    {
      method: 'GET',
      path: '/v1/ledger/entries',
      run: ({ query }) => {
        const { action, person, record, after } = query
        const found = entries.toReversed().filter((one) => {
          const isWanted = (!action || one.action === action) && (!record || one.record === record)
          const isAfter = after ? one.index < Number(after) : true
          return isWanted && isAfter && (!person || one.person?.id === person)
        })
        const items = found.slice(0, 50)
        return ok({ items, next: found.length > 50 ? String(items.at(-1)?.index) : null })
      },
    },
    {
      method: 'GET',
      path: '/v1/ledger/entries/:index',
      run: ({ params }) => {
        const entry = entries[Number(params['index'])]
        if (entry === undefined) return notThere()
        const proof = proofOf(entry.index, leaves).map((hash) => hash.toString('base64'))
        const found: LedgerProof = { entry, leaf: leafOf(entry), salted: {}, proof, checkpoint }
        return ok(found)
      },
    },
    {
      method: 'GET',
      path: '/v1/ledger/checkpoint',
      run: () => ok({ checkpoint, key: 'parley-ledger/mock+00000000+AQ==' }),
    },
    { method: 'GET', path: '/v1/ledger/anomalies', run: () => ok({ items: anomalies }) },
    {
      method: 'GET',
      path: '/v1/cases/:id/seen',
      run: ({ params }) =>
        ok({ items: entries.filter(({ record }) => record === params['id']), next: null }),
    },
  ]
}

const leafOf = (entry: LedgerEntry): string => JSON.stringify(entry)

function entryOf(index: number): LedgerEntry {
  const person = people[index % people.length] ?? people[0]
  const action = actions[index % actions.length] ?? 'case.read'
  return {
    ...{ index, action, at: new Date(now - (size - index) * hourMs).toISOString() },
    person: { id: person.id, name: person.name },
    organisation: { id: 'org_1', name: 'Northlight Lab' },
    ...{ role: 'analyst', kind: 'case', record: idOf(1 + (index % 30)) },
    digest: createHash('sha256').update(String(index)).digest('hex'),
    reason: index % 5 === 0 ? 'asked to by the vendor' : null,
    fields: index % 4 === 1 ? { decision: 'merged' } : {},
    redacted: index % 11 === 0 ? ['reason'] : [],
    damaged: [],
  }
}

const usual = { own: 12, all: 9, from: new Date(now - hourMs).toISOString() }
const anomalies: readonly Anomaly[] = [
  {
    ...{ person: { id: people[0].id, name: people[0].name }, kind: 'volume', what: 'opens' },
    ...{ span: 'hour', count: 210, ...usual },
  },
]

const hashed = (prefix: number, parts: readonly Buffer[]): Buffer =>
  createHash('sha256')
    .update(Buffer.concat([Buffer.of(prefix), ...parts]))
    .digest()

/** Where a tree is split: the largest power of two that is smaller than it. */
const splitOf = (count: number): number => 2 ** Math.ceil(Math.log2(count) - 1)

function rootOf(leaves: readonly Buffer[]): Buffer {
  const [only, ...others] = leaves
  if (only !== undefined && others.length === 0) return only
  const at = splitOf(leaves.length)
  return hashed(1, [rootOf(leaves.slice(0, at)), rootOf(leaves.slice(at))])
}

function proofOf(index: number, leaves: readonly Buffer[]): Buffer[] {
  if (leaves.length === 1) return []
  const at = splitOf(leaves.length)
  const [left, right] = [leaves.slice(0, at), leaves.slice(at)]
  return index < at
    ? [...proofOf(index, left), rootOf(right)]
    : [...proofOf(index - at, right), rootOf(left)]
}
