import type { Pool } from 'pg'
import { z } from 'zod'
import { may } from '#features/org/access.ts'
import { actorOf, type Principal } from '#features/org/org.ts'
import { no, yes } from '#kernel/result.ts'
import type { Keys } from '#platform/crypto/keys.ts'
import { asActor } from '#platform/db/as-actor.ts'
import { notFound } from '#platform/http/arrival.ts'
import { problem } from '#platform/http/problem.ts'
import { type Route, route } from '#platform/http/route.ts'
import { randomWebhookSecret } from '#platform/webhook/signature.ts'
import { parseWebhookUrl } from '#platform/webhook/webhook.ts'
import { WebhookListWire, WebhookMadeWire, WebhookWishWire } from './report.wire.ts'
import { listWebhooks, organisationExists, saveWebhook, webhookKeysOf } from './webhook.store.ts'

export type WebhookParts = {
  readonly pool: Pool
  readonly keys: Keys
  /** Hosts inside the own network that webhooks may go to. */
  readonly allowHosts: readonly string[]
}

const params = z.strictObject({ organisation: z.string().max(100) })
const face = { tag: 'intake', access: may('operate') } as const

/** Where organisations are told by machine what becomes of their reports; operators set it. */
export function webhookRoutes({ pool, keys, allowHosts }: WebhookParts): Route<Principal>[] {
  const own = webhookKeysOf(keys)
  const list = route({
    ...{ ...face, method: 'GET', path: '/v1/webhooks', name: 'webhooks' },
    summary: 'Which organisations have a webhook',
    output: WebhookListWire,
    problems: ['unauthenticated', 'not-allowed'],
    run: async ({ principal }) =>
      yes({ items: [...(await asActor(pool, actorOf(principal), listWebhooks))] }),
  })
  const set = route({
    ...{ ...face, method: 'PUT', path: '/v1/webhooks/{organisation}', name: 'setWebhook' },
    summary: 'Have an organisation told by webhook; answers the secret, once',
    params,
    input: WebhookWishWire,
    output: WebhookMadeWire,
    problems: ['unauthenticated', 'not-allowed', 'not-found', 'invalid'],
    run: async ({ principal, params: { organisation }, body, clock }) => {
      const url = parseWebhookUrl(body.url, allowHosts)
      if (!url.ok) {
        const errors = [{ in: 'body', pointer: '/url', detail: `It ${url.refusal.why}.` }] as const
        return no(problem('invalid', 'A webhook cannot go there.', { errors }))
      }
      const secret = randomWebhookSecret()
      const saved = await asActor(pool, actorOf(principal), async (tx) => {
        if (!(await organisationExists(tx, organisation))) return false
        const webhook = { url: url.value.href, secret }
        const { person: by } = principal
        await saveWebhook(tx, own, { organisation, webhook, by, now: clock.now() })
        return true
      })
      return saved ? yes({ url: url.value.href, secret }) : no(notFound())
    },
  })
  const drop = route({
    ...{ ...face, method: 'DELETE', path: '/v1/webhooks/{organisation}', name: 'dropWebhook' },
    summary: 'Stop telling an organisation by webhook',
    params,
    problems: ['unauthenticated', 'not-allowed', 'not-found'],
    run: async ({ principal, params: { organisation }, clock }) => {
      const saved = await asActor(pool, actorOf(principal), async (tx) => {
        if (!(await organisationExists(tx, organisation))) return false
        const { person: by } = principal
        await saveWebhook(tx, own, { organisation, webhook: null, by, now: clock.now() })
        return true
      })
      return saved ? yes(undefined) : no(notFound())
    },
  })
  return [list, set, drop]
}
