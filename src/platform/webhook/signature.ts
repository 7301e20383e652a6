import { createHmac, randomBytes } from 'node:crypto'

const prefix = 'whsec_'
const secretBytesMin = 24
const secretBytesMax = 64

/** A secret to share with a receiver, as Standard Webhooks writes it: `whsec_` and base64. */
export const randomWebhookSecret = (): string => prefix + randomBytes(32).toString('base64')

/** The key in a secret; null when it is not `whsec_` and the base64 of 24 to 64 bytes. */
export function webhookKeyOf(secret: string): Buffer | null {
  if (!secret.startsWith(prefix)) return null
  const key = Buffer.from(secret.slice(prefix.length), 'base64')
  if (key.toString('base64') !== secret.slice(prefix.length)) return null
  return key.length >= secretBytesMin && key.length <= secretBytesMax ? key : null
}

export type SignedMessage = {
  readonly id: string
  /** Whole seconds since 1970. */
  readonly timestamp: number
  readonly body: string
}

/** The value of `webhook-signature` (Standard Webhooks 1.0.0, symmetric signature v1). */
export const webhookSignature = (key: Uint8Array, { id, timestamp, body }: SignedMessage): string =>
  `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`
