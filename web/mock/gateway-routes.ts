import { createHash } from 'node:crypto'
import { EndpointWishWire, TokenWishWire } from '#features/engagement/gateway/gateway.wire.ts'
import { Chance } from '../../test/synthetic/chance.ts'
import type { AccessLogPage, AccessRow, GateTokenMade, GatewayEndpoint } from '../api/types.ts'
import { type Answer, type MockRoute, nothing, notThere, ok, refusal } from './answer.ts'
import { invalid, refusedShape } from './engagement-answers.ts'
import type { Engagements } from './engagements.ts'
import { me } from './query.ts'

const requestsMax = 5_000
const usualCaps = {
  ...{ requestBytes: 64_000_000, answerBytes: 256_000_000 },
  ...{ firstByteMs: 600_000, silenceMs: 300_000, wholeMs: 3_600_000 },
}

/** Endpoints, the access log and proofs of closing, over invented requests. */
export function gatewayRoutes(desk: Engagements): readonly MockRoute[] {
  const endpoints = new Map<string, GatewayEndpoint>()
  const isThere = (id: string): boolean => desk.slots.has(id)
  return [
    {
      method: 'GET',
      path: '/v1/engagements/:id/endpoint',
      run: ({ params: { id = '' } }) => {
        const found = endpoints.get(id)
        return found === undefined ? notThere() : ok(found)
      },
    },
    {
      method: 'PUT',
      path: '/v1/engagements/:id/endpoint',
      run: ({ params: { id = '' }, body }) => {
        if (!isThere(id)) return notThere()
        const access = desk.whole(id)?.access.is
        if (access === 'none' || access === 'over') {
          return refusal(409, 'not-in-this-state', 'There is no access under this engagement.')
        }
        const parsed = EndpointWishWire.safeParse(body)
        if (!parsed.success) return refusedShape(parsed.error)
        if (!URL.canParse(parsed.data.base)) {
          return invalid([{ pointer: '/base', detail: 'It is no address.' }])
        }
        const { credential, clearance, caps: _, ...rest } = parsed.data
        const { value: __, ...shown } = credential
        const usual = { classification: 'unclassified', tlp: 'clear', compartments: [] } as const
        const kept: GatewayEndpoint = {
          ...{ ...rest, version: 1, caps: usualCaps, clearance: clearance ?? usual },
          credential: { ...shown, destroyedAt: null },
          ...{ putAt: new Date().toISOString(), putBy: me, withdrawnAt: null },
        }
        endpoints.set(id, kept)
        desk.record(id, { action: 'gateway.endpoint', kind: 'endpoint', side: 'developer' })
        return ok(kept)
      },
    },
    {
      method: 'DELETE',
      path: '/v1/engagements/:id/endpoint',
      run: ({ params: { id = '' } }) => {
        const found = endpoints.get(id)
        if (found === undefined) return notThere()
        const at = new Date().toISOString()
        const credential = { ...found.credential, destroyedAt: at }
        endpoints.set(id, { ...found, withdrawnAt: at, credential })
        return nothing
      },
    },
    {
      method: 'POST',
      path: '/v1/engagements/:id/tokens',
      run: ({ params: { id = '' }, body }) =>
        isThere(id) ? tokenMade('engagements', id, body, 720) : notThere(),
    },
    ...readingRoutes(desk),
  ]
}

const minuteMs = 60_000

/** A token as the gateway's own look, of nothing. */
export function tokenMade(root: string, id: string, body: unknown, minutesMax: number): Answer {
  const parsed = TokenWishWire.safeParse(body)
  if (!parsed.success) return refusedShape(parsed.error)
  const base = `https://gateway.example.org/${root}/${id}`
  const livesMs = Math.min(parsed.data.minutes, minutesMax) * minuteMs
  const made: GateTokenMade = {
    ...{ id: 'grant_00000001', token: `gate_${digestOf(id).slice(0, 49)}` },
    expiresAt: new Date(Date.now() + livesMs).toISOString(),
    ...{ models: ['larch-4'], openai: `${base}/v1`, anthropic: base },
  }
  return { status: 201, body: made }
}

const readingRoutes = (desk: Engagements): readonly MockRoute[] => [
  {
    method: 'GET',
    path: '/v1/engagements/:id/requests',
    run: ({ params: { id = '' }, query }) => {
      const whole = desk.whole(id)
      return whole === undefined ? notThere() : ok(pageOf(id, query, whole.agreed?.terms.budget))
    },
  },
  {
    method: 'GET',
    path: '/v1/engagements/:id/closings',
    run: ({ params: { id = '' } }) => {
      const access = desk.whole(id)?.access
      if (access === undefined) return notThere()
      const items = access.is === 'over' ? [closingOf(id, access.endedAt)] : []
      return ok({ items })
    },
  },
]

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex')

const closingOf = (engagement: string, endedAt: string) => ({
  ...{ node: 'gateway-1', engagement, closedAt: endedAt, cutStreams: 3, entries: 4_812 },
  doneAt: new Date(Date.parse(endedAt) + 38).toISOString(),
  lastRequest: { request: 'request_4812', receivedAt: endedAt },
  chainHead: digestOf(engagement),
})

type Query = Readonly<Record<string, string>>

function pageOf(
  id: string,
  { after = '', limit = '50', person, run }: Query,
  budget: AccessLogPage['budget'] | undefined,
): AccessLogPage {
  const isOpen = id === 'engagement_2'
  const all = isOpen ? Array.from({ length: requestsMax }, (_, at) => rowOf(id, at)) : []
  const fitting = all.filter(
    ({ entry }) =>
      (person === undefined || entry.person === person) && (run === undefined || entry.run === run),
  )
  const from = Number(after)
  const items = fitting.slice(from, from + Number(limit))
  const next = from + items.length
  const used = { requests: 4_990, tokens: 31_240_112, microUsd: 412_650_000, atOnce: 4 }
  return {
    ...{ items, next: next < fitting.length ? String(next) : null },
    used: isOpen ? used : { requests: 0, tokens: 0, microUsd: 0, atOnce: 0 },
    budget: budget ?? null,
  }
}

const start = Date.now()
const outcomes = [
  ...(['success', 'success', 'success', 'refusal', 'safeguard-block', 'cut'] as const),
] as const

function rowOf(engagement: string, at: number): AccessRow {
  const chance = new Chance(at * 31 + 7)
  const isBen = chance.is(0.6)
  const is = outcomes[chance.between(0, outcomes.length - 1)] ?? 'success'
  const [input, output] = [chance.between(400, 90_000), chance.between(10, 8_000)]
  const charged = { input, output }
  return {
    person: isBen ? 'Ben Lindqvist' : 'Chiara Romano',
    digest: digestOf(`${at}`),
    entry: {
      ...{ node: 'gateway-1', sequence: requestsMax - at, previous: digestOf(`${at + 1}`) },
      ...{ engagement, organisation: 'org_oak', run: `run_${chance.between(1, 4)}` },
      ...{ person: isBen ? 'person_ben00001' : 'person_chi00001' },
      ...{ request: `request_${requestsMax - at}`, asked: '/v1/chat/completions' },
      receivedAt: new Date(start - at * 7_000).toISOString(),
      ...{ endedMs: chance.between(300, 60_000), sentMs: 2, firstByteMs: 240, status: 200 },
      outcome: { is, why: is === 'cut' ? 'The token was taken back.' : null },
      ...{ requestBytes: input * 4, answerBytes: output * 5 },
      ...{ requestSha256: digestOf(`q${at}`), answerSha256: digestOf(`a${at}`) },
      microUsd: input * 3 + output * 15,
      usage: {
        ...{ told: charged, counted: charged, charged },
        doubt: chance.is(0.02) ? 'too-low' : null,
      },
    },
  }
}
