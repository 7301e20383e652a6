import type { Manner } from './api.ts'

type Kind =
  | ('invalid_request_error' | 'authentication_error' | 'permission_error' | 'not_found_error')
  | ('request_too_large' | 'rate_limit_error' | 'api_error' | 'overloaded_error' | 'timeout_error')

/**
 * Why the gateway itself answers, with status, the type that both APIs know, and whether asking
 * again the same way can help. The codes are public and stable.
 */
export const gatewayRefusals = {
  'unknown-path': [404, 'not_found_error', false],
  'method-not-allowed': [405, 'invalid_request_error', false],
  'no-token': [401, 'authentication_error', false],
  'unknown-token': [401, 'authentication_error', false],
  'token-expired': [401, 'authentication_error', false],
  'person-not-named': [403, 'permission_error', false],
  'no-window': [403, 'permission_error', false],
  'window-not-open': [403, 'permission_error', false],
  'window-paused': [403, 'permission_error', false],
  'window-closed': [403, 'permission_error', false],
  'label-unreadable': [400, 'invalid_request_error', false],
  'label-too-high': [403, 'permission_error', false],
  'listing-not-agreed': [403, 'permission_error', false],
  'body-encoded': [415, 'invalid_request_error', false],
  'body-too-large': [413, 'request_too_large', false],
  'body-unreadable': [400, 'invalid_request_error', false],
  'body-ambiguous': [400, 'invalid_request_error', false],
  'model-missing': [400, 'invalid_request_error', false],
  'model-not-offered': [403, 'permission_error', false],
  'runs-in-background': [400, 'invalid_request_error', false],
  'request-id-unreadable': [400, 'invalid_request_error', false],
  'request-in-flight': [409, 'invalid_request_error', false],
  'request-id-reused': [409, 'invalid_request_error', false],
  'budget-requests': [429, 'rate_limit_error', false],
  'budget-tokens': [429, 'rate_limit_error', false],
  'budget-money': [429, 'rate_limit_error', false],
  'budget-at-once': [429, 'rate_limit_error', true],
  'gateway-full': [503, 'overloaded_error', true],
  'gateway-unready': [503, 'api_error', true],
  'endpoint-missing': [503, 'api_error', false],
  'endpoint-not-allowed': [502, 'api_error', false],
  'endpoint-unreachable': [502, 'api_error', true],
  'endpoint-garbled': [502, 'api_error', false],
  'endpoint-redirects': [502, 'api_error', false],
  'endpoint-encoding': [502, 'api_error', false],
  'endpoint-too-slow': [504, 'timeout_error', true],
} as const satisfies Readonly<Record<string, readonly [number, Kind, boolean]>>

export type GatewayCode = keyof typeof gatewayRefusals
export type GatewayRefusal = { readonly code: GatewayCode; readonly why: string }

export type Refused = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** A refusal as the clients of either API understand it. */
export function presentRefusal({ code, why }: GatewayRefusal, manner: Manner): Refused {
  const [status, type, mayHelp] = gatewayRefusals[code]
  const error =
    manner === 'openai'
      ? { error: { message: why, type, param: null, code } }
      : { type: 'error', error: { type, message: why, code } }
  const body = Buffer.from(JSON.stringify(error))
  return {
    status,
    headers: {
      'content-type': 'application/json',
      'content-length': String(body.length),
      'cache-control': 'no-store',
      // Clients of both APIs ask again by themselves after 409, 429 and 5xx unless they are told.
      'x-should-retry': String(mayHelp),
      ...(mayHelp ? { 'retry-after': '1' } : {}),
      'parley-refusal': code,
    },
    body,
  }
}
