import type { IncomingMessage } from 'node:http'
import { dominates, join, parseMarking } from '#features/label/label.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import type { Budget } from '../terms.ts'
import { type Manner, mannerOf, type Operation, queryNamesModel, targetOf } from './api.ts'
import { type Ask, readAsk } from './ask.ts'
import { type Grant, gateOf, tokenDigest } from './books.ts'
import type { GatewayCode, GatewayRefusal } from './refusal.ts'

export type Decided<T> = Result<T, GatewayRefusal>
const refuse = (code: GatewayCode, why: string): Decided<never> => no({ code, why })

/** What the head of a request asks for. */
export type Asked = {
  readonly gate: string
  readonly operation: Operation
  readonly query: string
  readonly tokenDigest: string
}

export const mannerOfRequest = (request: IncomingMessage): Manner =>
  mannerOf(
    targetOf(request.url ?? '')?.operation ?? null,
    request.headers['anthropic-version'] !== undefined,
  )

/** Reads the head alone: nothing is known yet of who asks. */
export function readHead(request: IncomingMessage): Decided<Asked> {
  const target = targetOf(request.url ?? '')
  if (target === null || target.operation === null) {
    return refuse('unknown-path', 'Ask at /engagements/ID/v1/… for chat, responses or messages.')
  }
  const { gate, operation, query } = target
  if (request.method !== operation.method) {
    return refuse('method-not-allowed', `${operation.path} is asked with ${operation.method}.`)
  }
  const token = tokenOf(request)
  if (token === null) {
    return refuse('no-token', 'Send the token of the run, as a bearer token or as x-api-key.')
  }
  if (queryNamesModel(query)) {
    return refuse('body-ambiguous', 'The model is named in the body, not in the query.')
  }
  return yes({ gate, operation, query, tokenDigest: tokenDigest(token) })
}

/** The token, from either header; null where there is none or where two differ. */
function tokenOf({ headersDistinct }: IncomingMessage): string | null {
  const bearers = (headersDistinct['authorization'] ?? []).map(
    (value) => /^Bearer +([!-~]+)$/i.exec(value)?.[1] ?? '',
  )
  const tokens = new Set([...bearers, ...(headersDistinct['x-api-key'] ?? [])])
  const [token] = tokens
  return tokens.size === 1 && token ? token : null
}

/** Whether a grant is one for this request, at this moment. */
export function admitGrant(grant: Grant | null, asked: Asked, now: Date): Decided<Grant> {
  if (grant === null || gateOf(grant) !== asked.gate) {
    return refuse('unknown-token', 'This token is not known here, or was taken back.')
  }
  if (now >= grant.expiresAt) return refuse('token-expired', 'This token has expired.')
  if (asked.operation.does === 'list' && !grant.endpoint.mayList) {
    return refuse('listing-not-agreed', 'The list of models of this endpoint is not shown.')
  }
  return yes(grant)
}

/** What a request says of itself to the gateway alone. */
export type Said = { readonly request: string | null }

/** Holds what a request says of itself against what the endpoint may see. */
export function admitHeaders(
  { headersDistinct, headers }: IncomingMessage,
  grant: Grant,
  now: Date,
): Decided<Said> {
  const packing = headers['content-encoding'] ?? 'identity'
  if (packing.toLowerCase() !== 'identity') {
    return refuse('body-encoded', 'Send the body as it is: what is packed cannot be judged.')
  }
  let label = grant.label
  for (const text of headersDistinct['parley-label'] ?? []) {
    const said = parseMarking(text)
    if (said === null) {
      return refuse('label-unreadable', 'Parley-Label is no marking, such as SECRET//TLP:RED.')
    }
    label = join(label, said)
  }
  if (!dominates(grant.endpoint.clearance, label, now)) {
    return refuse(
      'label-too-high',
      'What this carries is labelled higher than the endpoint may see.',
    )
  }
  const [request = null, ...more] = headersDistinct['parley-request'] ?? []
  if (more.length > 0 || (request !== null && !/^[!-~]{1,128}$/.test(request))) {
    return refuse('request-id-unreadable', 'Parley-Request is one name of 1 to 128 characters.')
  }
  return yes({ request })
}

/** Whether the terms as they are now still name the person. */
export function admitPerson(grant: Grant, people: readonly string[]): GatewayRefusal | null {
  if (people.includes(grant.person)) return null
  return { code: 'person-not-named', why: 'The terms of access do not name this person any more.' }
}

/** Reads of a body what has to be offered; null for what has none. */
export function admitBody(body: Buffer, operation: Operation, grant: Grant): Decided<Ask | null> {
  if (operation.method === 'GET') return yes(null)
  const ask = readAsk(body)
  if (!ask.ok) return ask
  if (!grant.endpoint.models.includes(ask.value.model)) {
    return refuse('model-not-offered', 'This model is not the one that access is given to.')
  }
  return yes(operation.does === 'answer' ? ask.value : null)
}

const lacking: Readonly<Record<keyof Budget, readonly [code: GatewayCode, what: string]>> = {
  requests: ['budget-requests', 'requests'],
  tokens: ['budget-tokens', 'tokens'],
  microUsd: ['budget-money', 'money'],
  atOnce: ['budget-at-once', 'requests at once'],
}

export const exhausted = (account: string, what: keyof Budget): GatewayRefusal => ({
  code: lacking[what][0],
  why: `Not so many ${lacking[what][1]} are left of the budget of the ${account}.`,
})
