import { sql } from 'kysely'
import { z } from 'zod'
import { type Keys, keysFor, type PurposeKeys } from '#platform/crypto/keys.ts'
import { seal, unseal } from '#platform/crypto/sealed-value.ts'
import type { Tx } from '#platform/db/as-actor.ts'

/** Where an organisation wants to be told, and the secret that it shares with us. */
export type OrganisationWebhook = { readonly url: string; readonly secret: string }

const Stored = z.strictObject({ url: z.string(), secret: z.string() })

export const webhookKeysOf = (keys: Keys): PurposeKeys => keysFor(keys, 'webhook secret')

const settingOf = (organisation: string): string => `webhook:${organisation}`

/** Sets the webhook of an organisation, or takes it away; for the staff. */
export async function saveWebhook(
  tx: Tx,
  keys: PurposeKeys,
  saved: {
    readonly organisation: string
    readonly webhook: OrganisationWebhook | null
    readonly by: string | null
    readonly now: Date
  },
): Promise<void> {
  const { organisation, webhook, by, now } = saved
  const value = webhook && {
    url: webhook.url,
    secret: seal(keys, webhook.secret, organisation).toString('base64'),
  }
  await tx
    .insertInto('parley.setting')
    .values({
      ...{ name: settingOf(organisation), value: JSON.stringify(value) },
      ...{ changed_at: now, changed_by: by },
    })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet({
        ...{ value: JSON.stringify(value), changed_at: now, changed_by: by },
      }),
    )
    .execute()
}

/** Null where the organisation has none. */
export async function webhookOf(
  tx: Tx,
  keys: PurposeKeys,
  organisation: string,
): Promise<OrganisationWebhook | null> {
  const row = await tx
    .selectFrom('parley.setting')
    .select('value')
    .where('name', '=', settingOf(organisation))
    .executeTakeFirst()
  const stored = Stored.nullable().parse(row?.value ?? null)
  if (stored === null) return null
  const secret = unseal(keys, Buffer.from(stored.secret, 'base64'), organisation)
  if (!secret.ok) throw new TypeError(`the secret of a webhook ${secret.refusal.why}`)
  return { url: stored.url, secret: secret.value.toString('utf8') }
}

export type ListedWebhook = {
  readonly organisation: string
  readonly name: string
  readonly url: string
}

export async function listWebhooks(tx: Tx): Promise<readonly ListedWebhook[]> {
  const { rows } = await sql<ListedWebhook>`
    select o.id as organisation, o.name, s.value ->> 'url' as url
    from parley.setting s join parley.organisation o on s.name = 'webhook:' || o.id
    where s.value <> 'null'::jsonb order by o.name limit 1000`.execute(tx)
  return rows
}

export async function organisationExists(tx: Tx, id: string): Promise<boolean> {
  const row = await tx
    .selectFrom('parley.organisation')
    .select('id')
    .where('id', '=', id)
    .executeTakeFirst()
  return row !== undefined
}
