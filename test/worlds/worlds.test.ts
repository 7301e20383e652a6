import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { knowledgeOf } from '#features/correlate/knowledge.ts'
import { apiRoutes } from '../../tools/route-table.ts'
import { excepted, exceptions } from './exceptions.ts'
import { uncompared, untried } from './probes.ts'
import { seedProcess } from './randomness.ts'
import { askedRoutes, generators, inSight, unasked } from './requests.ts'
import { newRun, type Run } from './tally.ts'
import { Transcript } from './transcript.ts'
import { TwoWorlds } from './two-worlds.ts'

let restore = (): void => undefined
before(() => {
  restore = seedProcess()
})
after(() => restore())

const told = ({ differences }: Run): string =>
  differences
    .slice(0, 3)
    .map((one) => JSON.stringify(one, null, 2))
    .join('\n')

test('every route that answers is asked, and every exception is of a route', async () => {
  const routes = await apiRoutes()
  assert.deepEqual([...unasked(routes), ...untried(routes)], [])
  const every = new Set(routes.map(({ name }) => name))
  assert.deepEqual(
    Object.keys(uncompared).filter((name) => !every.has(name)),
    [],
  )
  const names = new Set(askedRoutes(routes).map(({ name }) => name))
  assert.deepEqual(
    [...Object.keys(generators), ...exceptions.map(({ route }) => route)].filter(
      (name) => !names.has(name),
    ),
    [],
  )
})

test('of what went out of sight nothing is asked that may be answered', () => {
  const [seen, hidden] = ['SUB-aaaaaaaaaaaaaaaaaa', 'SUB-bbbbbbbbbbbbbbbbbb']
  const known = {
    ...{ receipts: [seen, hidden], versions: new Map(), next: new Map() },
    own: new Map([['case', ['case_seen', 'case_hidden']]]),
    secrets: new Map([
      ['receipt', [hidden]],
      ['case', ['case_hidden', 'case_guessed']],
    ]),
  }
  const { receipts, own, secrets } = inSight(known)
  assert.deepEqual([receipts, own.get('case'), secrets.size], [[seen], ['case_seen'], 0])
  assert.equal(excepted('reportSeen', 'bela'), 'hidden')
  assert.equal(excepted('reportSeen', 'fay'), 'nothing')
})

/** A masked moment of the clock of the database would else be numbered in one world alone. */
test('what may differ is taken out of an answer before the rest of it is numbered', () => {
  const said = (used: string): string => {
    const body = Buffer.from(`{"lastUsedAt":${used},"id":"case_aaaaaaaaaaaaaaaaaaaa"}`)
    const headers = new Map([['content-type', 'application/json']])
    const but = /(?<="lastUsedAt":)(?:null|"[^"]*")/g
    return new Transcript().said({ status: 200, headers, body }, but)
  }
  assert.equal(said(`"${new Date().toISOString()}"`), said('null'))
})

test('whoever may not see a record cannot tell whether it is there', async () => {
  const knowledge = { prose: await knowledgeOf('prose'), advisory: await knowledgeOf('advisory') }
  const run = newRun()
  const wish = { knowledge, marking: 'labels', steps: 20, every: 99, routesEachStep: 1 } as const
  for (const seed of [1, 2]) await TwoWorlds.play(seed, wish, run)
  assert.equal(run.differences.length, 0, told(run))
  assert.ok(run.comparisons > 2_000, `${run.comparisons} comparisons`)
})
