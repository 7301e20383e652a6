/** What became of a request, as far as the gateway can see. */
export const outcomes = [
  ...(['success', 'refusal', 'safeguard-block', 'overload', 'error', 'cut', 'refused'] as const),
] as const
export type OutcomeKind = (typeof outcomes)[number]

/** `cut` is what the gateway ended, `refused` what it did not begin. */
export type Outcome = { readonly is: OutcomeKind; readonly why: string | null }

/** What an endpoint says in the place of an answer, in either manner. */
export type ToldError = {
  readonly type: string | null
  readonly code: string | null
  readonly innerCode: string | null
  readonly message: string | null
}

/** Statuses that say: too much at once, ask later. 529 is Anthropic's. */
const overloadStatuses: ReadonlySet<number> = new Set([429, 503, 529])

/** Codes and types by which an endpoint says so, in streams as well, where no status is left. */
const overloadCodes: ReadonlySet<string> = new Set([
  ...['rate_limit_exceeded', 'rate_limit_error', 'overloaded_error', 'server_overloaded'],
  ...['slow_down', 'engine_overloaded'],
])

/**
 * How safeguards in front of a model say that they stopped a request: none of it is the model's own
 * refusal, and some of it looks like an error of the client. By code where there is one, else by
 * the words that are known.
 */
const safeguardSigns = {
  codes: new Set([
    ...['content_policy_violation', 'content_filter', 'content_filtered', 'moderation_blocked'],
    ...['invalid_prompt', 'cyber_policy', 'bio_policy', 'cyber_policy_violation'],
    ...['ResponsibleAIPolicyViolation', 'safety_violation', 'safeguard_block', 'policy_violation'],
    ...['image_content_policy_violation', 'guardrail_intervened'],
  ]),
  words: [
    /blocked by (?:our )?content filtering policy/i,
    /(?:violat\w+|restrict\w+) [^.]{0,80}usage policy/i,
    /under [^.]{0,40}usage policy/i,
    /flagged (?:as|for) (?:potentially|possible|violating)/i,
    /violative (?:cyber|bio\w*|chemical) content/i,
    /content management policy/i,
    /(?:cyber|safety|content)[- ]safeguards?/i,
  ],
} as const

/** Only these statuses carry safeguard blocks; a 401 that mentions a policy is none. */
const safeguardStatuses: ReadonlySet<number> = new Set([200, 400, 403, 422, 451])

/** What an error is, by its status and what it says of itself. */
export function outcomeOfError(status: number, error: ToldError | null): Outcome {
  const codes = [error?.code, error?.innerCode, error?.type].filter((one) => one != null)
  const why = codes[0] ?? (status === 200 ? 'error-in-stream' : `status-${status}`)
  if (safeguardStatuses.has(status)) {
    const code = codes.find((one) => safeguardSigns.codes.has(one))
    if (code !== undefined) return { is: 'safeguard-block', why: code }
    const message = error?.message ?? ''
    if (safeguardSigns.words.some((sign) => sign.test(message))) {
      return { is: 'safeguard-block', why: 'by-its-words' }
    }
  }
  const isOverload =
    overloadStatuses.has(status) || (status === 200 && codes.some((one) => overloadCodes.has(one)))
  return { is: isOverload ? 'overload' : 'error', why }
}
