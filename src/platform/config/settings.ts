import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Refusal } from '#kernel/refusal.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { isLoopback } from '#platform/http/address.ts'
import type { LogLevel } from '#platform/log/log.ts'
import { type OpenIdSettings, openIdOf } from './settings-openid.ts'
import type { Secret } from './settings-secret.ts'
import { ceilings, type Given, readVariables, type Variables } from './settings-variables.ts'

/** How the service is to run. A value of this type can be used as it is: its parts fit. */
export type Settings = {
  /** `PARLEY_DATA`: everything that this machine keeps. */
  readonly dataFolder: string
  /** `PARLEY_HOST`, `PARLEY_PORT`. */
  readonly host: string
  readonly port: number
  /** `PARLEY_PUBLIC_URL`: what people put in their browser, where that is not host and port. */
  readonly publicUrl?: URL
  /** `PARLEY_TRUST_PROXY`: whose `X-Forwarded-*` headers are believed. */
  readonly trustedProxies: readonly string[]
  /** `DATABASE_URL`, else our own in the data folder. */
  readonly database: DatabaseSettings
  /** `PARLEY_WORKERS`: how many jobs run at once in this process; 0 leaves them to others. */
  readonly workers: number
  /** `PARLEY_BLOBS`, `PARLEY_S3_…`, `AWS_…`. */
  readonly blobs: BlobSettings
  /** `SMTP_URL`, `PARLEY_MAIL_FROM`. */
  readonly mail: MailSettings
  /** `PARLEY_KEY_FILE`: the key that opens what is sealed. */
  readonly keyFile: string
  /** `PARLEY_LOG_LEVEL`. */
  readonly logLevel: LogLevel
  /** `PARLEY_CEILING`: nothing of a higher classification comes in; its place in `ceilings`. */
  readonly ceiling: number
  /** `PARLEY_WEBHOOK_ALLOW`: hosts inside the own network that webhooks may go to. */
  readonly webhookAllowHosts: readonly string[]
  /** `PARLEY_SEEN_NAMES`: whether who handed a report in is told the names of who has seen it. */
  readonly areSeenNamesShown: boolean
  /** `PARLEY_OIDC_…`: the provider that people may sign in through. */
  readonly openId: OpenIdSettings
  /** `PARLEY_WATERMARK`: whether exports of cases tell from whom they come. */
  readonly hasWatermarks: boolean
  /** How this process runs proofs. */
  readonly proofs: ProofSettings
  /** How this process passes requests to models of developers. */
  readonly gateway: GatewaySettings
  /** What works and is probably not meant, in sentences to be logged. */
  readonly warnings: readonly string[]
}

export type GatewaySettings = {
  /** `PARLEY_GATEWAY_PORT`: the one after that of the service unless given; null for none. */
  readonly port: number | null
  /** Whether somebody said so: what nobody asked for may be left out. */
  readonly isAsked: boolean
  /** `PARLEY_GATEWAY_URL`: how evaluators reach it, where that is not host and port. */
  readonly publicUrl?: URL
  /** `PARLEY_GATEWAY_METRICS_PORT`: where `parley gateway` tells its figures; null for nowhere. */
  readonly metricsPort: number | null
  /** `PARLEY_GATEWAY_ALLOW`: hosts inside the own network at which models may answer. */
  readonly allowHosts: readonly string[]
}

export type ProofSettings = {
  /** `PARLEY_PROOFS`: whether it runs any. */
  readonly isOn: boolean
  /** `PARLEY_PROOF_SLOTS`: how many at once. */
  readonly slots: number
  /** `PARLEY_WORKER_NAME`: what it signs as; that of its machine where nobody says. */
  readonly name: string | null
  /** `PARLEY_WORKER_CEILING`: it is given nothing of a higher classification. */
  readonly ceiling: number
  /** `PARLEY_WORKER_COMPARTMENTS`: nor of other compartments than these. */
  readonly compartments: readonly string[]
  /** `PARLEY_MIRRORS`: a folder of git mirrors, each where its address says; null for none. */
  readonly mirrors: string | null
}

export type DatabaseSettings =
  | { readonly kind: 'embedded' }
  | { readonly kind: 'given'; readonly url: Secret }

export type BlobSettings =
  | { readonly kind: 'folder'; readonly folder: string }
  | {
      readonly kind: 's3'
      readonly endpoint: URL
      readonly region: string
      readonly bucket: string
      readonly prefix: string
      readonly accessKeyId: string
      readonly secretAccessKey: Secret
      readonly sessionToken?: Secret
      readonly isPlainHttpAllowed: boolean
    }

export type MailSettings =
  | { readonly kind: 'off' }
  | { readonly kind: 'smtp'; readonly url: Secret; readonly from: string }

const defaults = { host: '127.0.0.1', port: 7300, workers: 2 } as const

/**
 * Reads the settings of the service in two steps: every variable by itself, then whether they fit
 * together. Everything that is wrong is said at once, by the name of the variable.
 *
 * @example
 * const settings = settingsOf() // or settingsOf({ ...processVariables(), PARLEY_PORT: '8080' })
 * if (!settings.ok) for (const { at, why, hint } of settings.refusal) say(`${at} ${why}: ${hint}`)
 */
export function settingsOf(
  variables: Variables = processVariables(),
): Result<Settings, readonly Refusal[]> {
  const { given, refusals } = readVariables(variables)
  const dataFolder = given.dataFolder ?? defaultDataFolder(variables)
  const blobs = blobsOf(given, dataFolder)
  const mail = mailOf(given)
  const openId = openIdOf(given)
  const parts = [blobs, mail, openId]
  const wrong = [...refusals, ...parts.flatMap((one) => (one.ok ? [] : one.refusal))]
  const said = new Set(refusals.map(({ at }) => at))
  // What is missing only because it could not be read is not missing.
  const all = wrong.filter((one) => refusals.includes(one) || !said.has(one.at))
  if (all.length > 0 || !blobs.ok || !mail.ok || !openId.ok) return no(all)
  return yes({
    dataFolder,
    host: given.host ?? defaults.host,
    port: given.port ?? defaults.port,
    ...(given.publicUrl ? { publicUrl: given.publicUrl } : {}),
    trustedProxies: given.trustedProxies ?? [],
    database: given.databaseUrl ? { kind: 'given', url: given.databaseUrl } : { kind: 'embedded' },
    workers: given.workers ?? defaults.workers,
    blobs: blobs.value,
    mail: mail.value,
    keyFile: given.keyFile ?? join(dataFolder, 'parley.key'),
    logLevel: given.logLevel ?? 'info',
    ceiling: ceilings.indexOf(given.ceiling ?? 'unclassified'),
    webhookAllowHosts: given.webhookAllowHosts ?? [],
    areSeenNamesShown: given.areSeenNamesShown ?? true,
    openId: openId.value,
    hasWatermarks: given.hasWatermarks ?? true,
    proofs: proofsOf(given),
    gateway: gatewayOf(given),
    warnings: warningsOf(given),
  })
}

/** The environment of this process, for callers that lay what the command line says over it. */
export const processVariables = (): Variables => process.env

function defaultDataFolder({ XDG_DATA_HOME, LOCALAPPDATA }: Variables): string {
  const base = XDG_DATA_HOME || LOCALAPPDATA || join(homedir(), '.local', 'share')
  return join(base, 'parley')
}

const proofsOf = (given: Given): ProofSettings => ({
  isOn: given.runsProofs ?? true,
  slots: given.proofSlots ?? 1,
  name: given.workerName ?? null,
  ceiling: ceilings.indexOf(given.workerCeiling ?? given.ceiling ?? 'unclassified'),
  compartments: given.workerCompartments ?? [],
  mirrors: given.mirrors ?? null,
})

/** A service on any free port is one of many on its machine: no gateway unless somebody asks. */
function gatewayOf(given: Given): GatewaySettings {
  const { port = defaults.port, gatewayPort, gatewayUrl, gatewayAllowHosts } = given
  const { gatewayMetricsPort = 'off' } = given
  const usual = port > 0 && port < 65_535 ? port + 1 : 'off'
  const own = gatewayPort ?? usual
  return {
    port: own === 'off' ? null : own,
    isAsked: gatewayPort !== undefined,
    ...(gatewayUrl ? { publicUrl: gatewayUrl } : {}),
    metricsPort: gatewayMetricsPort === 'off' ? null : gatewayMetricsPort,
    allowHosts: gatewayAllowHosts ?? [],
  }
}

const missing = (at: string, why: string, hint: string): Refusal => ({
  code: 'bad-usage',
  at,
  why,
  hint,
})

function blobsOf(given: Given, dataFolder: string): Result<BlobSettings, readonly Refusal[]> {
  const { blobs, s3Region, s3AccessKeyId, s3SecretAccessKey, s3SessionToken } = given
  if (blobs === undefined) return yes({ kind: 'folder', folder: join(dataFolder, 'blobs') })
  if (blobs.kind === 'folder') return yes(blobs)
  const isPlainHttpAllowed = given.isS3HttpAllowed ?? false
  const endpoint =
    given.s3Endpoint ?? URL.parse(`https://s3.${s3Region ?? 'us-east-1'}.amazonaws.com`)
  const because = 'is needed for PARLEY_BLOBS=s3://…'
  const wrong: Refusal[] = []
  if (!s3AccessKeyId) {
    wrong.push(missing('AWS_ACCESS_KEY_ID', because, 'set it to the id of the access key'))
  }
  if (!s3SecretAccessKey) {
    wrong.push(missing('AWS_SECRET_ACCESS_KEY', because, 'set it to the access key'))
  }
  if (!s3Region) {
    const hint = 'set it, or AWS_REGION; stores without regions take us-east-1'
    wrong.push(missing('PARLEY_S3_REGION', because, hint))
  }
  if (endpoint?.protocol === 'http:' && !isLoopback(endpoint.hostname) && !isPlainHttpAllowed) {
    const hint = 'use https, or set PARLEY_S3_ALLOW_HTTP=1 where nobody else is on the network'
    wrong.push(missing('PARLEY_S3_ENDPOINT', 'is http, which anyone on the way can read', hint))
  }
  const isWhole = s3Region && s3AccessKeyId && s3SecretAccessKey && endpoint
  if (wrong.length > 0 || !isWhole) return no(wrong)
  return yes({
    ...blobs,
    endpoint,
    region: s3Region,
    accessKeyId: s3AccessKeyId,
    secretAccessKey: s3SecretAccessKey,
    ...(s3SessionToken ? { sessionToken: s3SessionToken } : {}),
    isPlainHttpAllowed,
  })
}

function mailOf({ smtpUrl, mailFrom }: Given): Result<MailSettings, readonly Refusal[]> {
  if (smtpUrl && mailFrom) return yes({ kind: 'smtp', url: smtpUrl, from: mailFrom })
  if (smtpUrl) {
    const hint = 'set it to the sender, such as Parley <parley@example.org>'
    return no([missing('PARLEY_MAIL_FROM', 'is needed for SMTP_URL', hint)])
  }
  if (mailFrom) {
    const hint = 'set it to the mail server, or take PARLEY_MAIL_FROM away'
    return no([missing('SMTP_URL', 'is needed for PARLEY_MAIL_FROM: no mail would go out', hint)])
  }
  return yes({ kind: 'off' })
}

function warningsOf({ host = defaults.host, publicUrl, trustedProxies = [] }: Given): string[] {
  const isOpen = !isLoopback(host)
  const warnings: string[] = []
  if (isOpen && publicUrl === undefined) {
    warnings.push('Others can connect, and PARLEY_PUBLIC_URL does not say under which address.')
  }
  if (publicUrl?.protocol === 'http:' && !isLoopback(publicUrl.hostname)) {
    warnings.push('PARLEY_PUBLIC_URL is http: sessions and reports can be read on the way.')
  }
  if (publicUrl?.protocol === 'https:' && trustedProxies.length === 0) {
    const who = 'the address of every client is that of the proxy'
    warnings.push(`PARLEY_PUBLIC_URL is https and PARLEY_TRUST_PROXY names no proxy: ${who}.`)
  }
  return warnings
}
