import { isIP } from 'node:net'
import { resolve } from 'node:path'
import type { Refusal } from '#kernel/refusal.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { fetchable } from '#platform/http/address.ts'
import { type LogLevel, logLevels } from '#platform/log/log.ts'
import { Secret } from './settings-secret.ts'

/** The environment of a process, or what stands for it. */
export type Variables = { readonly [name: string]: string | undefined }

/** What is wrong with a text and what to do about it; never the text, which may be a secret. */
type Fault = { readonly why: string; readonly hint: string }

type Reader<T> = (text: string) => Result<T, Fault>

export type Given = ReturnType<typeof readVariables>['given']

/**
 * The first step: each variable by itself, and everything that is wrong with any of them. An empty
 * one counts as not set, which is what compose files and charts make of a value nobody gave.
 */
export function readVariables(variables: Variables) {
  const refusals: Refusal[] = []
  const take = <T>(name: string, read: Reader<T>): T | undefined => {
    const text = variables[name]?.trim()
    if (!text) return undefined
    const found = read(text)
    if (found.ok) return found.value
    refusals.push({ code: 'bad-usage', at: name, ...found.refusal })
    return undefined
  }
  const given = {
    dataFolder: take('PARLEY_DATA', path),
    host: take('PARLEY_HOST', host),
    port: take('PARLEY_PORT', port),
    publicUrl: take('PARLEY_PUBLIC_URL', publicUrl),
    trustedProxies: take('PARLEY_TRUST_PROXY', proxies),
    databaseUrl: take('DATABASE_URL', secretUrl(['postgres:', 'postgresql:'])),
    workers: take('PARLEY_WORKERS', workers),
    blobs: take('PARLEY_BLOBS', blobs),
    s3Endpoint: take('PARLEY_S3_ENDPOINT', endpoint),
    s3Region: take('PARLEY_S3_REGION', word) ?? take('AWS_REGION', word),
    isS3HttpAllowed: take('PARLEY_S3_ALLOW_HTTP', yesOrNo),
    s3AccessKeyId: take('AWS_ACCESS_KEY_ID', word),
    s3SecretAccessKey: take('AWS_SECRET_ACCESS_KEY', secret),
    s3SessionToken: take('AWS_SESSION_TOKEN', secret),
    smtpUrl: take('SMTP_URL', secretUrl(['smtp:', 'smtps:'])),
    mailFrom: take('PARLEY_MAIL_FROM', line),
    logLevel: take('PARLEY_LOG_LEVEL', logLevel),
    keyFile: take('PARLEY_KEY_FILE', path),
    ceiling: take('PARLEY_CEILING', ceiling),
    webhookAllowHosts: take('PARLEY_WEBHOOK_ALLOW', hosts),
    areSeenNamesShown: take('PARLEY_SEEN_NAMES', yesOrNo),
    hasWatermarks: take('PARLEY_WATERMARK', yesOrNo),
    runsProofs: take('PARLEY_PROOFS', yesOrNo),
    proofSlots: take('PARLEY_PROOF_SLOTS', slots),
    workerName: take('PARLEY_WORKER_NAME', workerName),
    workerCeiling: take('PARLEY_WORKER_CEILING', ceiling),
    workerCompartments: take('PARLEY_WORKER_COMPARTMENTS', compartments),
    mirrors: take('PARLEY_MIRRORS', path),
    gatewayPort: take('PARLEY_GATEWAY_PORT', portOrOff),
    gatewayMetricsPort: take('PARLEY_GATEWAY_METRICS_PORT', portOrOff),
    gatewayUrl: take('PARLEY_GATEWAY_URL', publicUrl),
    gatewayAllowHosts: take('PARLEY_GATEWAY_ALLOW', hosts),
    openIdIssuer: take('PARLEY_OIDC_ISSUER', issuer),
    openIdClientId: take('PARLEY_OIDC_CLIENT_ID', word),
    openIdSecret: take('PARLEY_OIDC_CLIENT_SECRET', secret),
    openIdSecretFile: take('PARLEY_OIDC_CLIENT_SECRET_FILE', path),
    openIdLabel: take('PARLEY_OIDC_LABEL', label),
    openIdAcr: take('PARLEY_OIDC_ACR', words),
    openIdAmr: take('PARLEY_OIDC_AMR', words),
  }
  return { given, refusals }
}

const refuse = (why: string, hint: string): Result<never, Fault> => no({ why, hint })

const path: Reader<string> = (text) =>
  text.includes('\0') ? refuse('is no path', 'give a path') : yes(resolve(text))

const hostForm = /^[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?$/

const host: Reader<string> = (text) => {
  const bare = text.replace(/^\[(.*)\]$/, '$1')
  if (isIP(bare) > 0 || hostForm.test(bare)) return yes(bare)
  return refuse('is no address to listen at', 'give an address such as 127.0.0.1, 0.0.0.0 or ::')
}

const port: Reader<number> = (text) => {
  if (/^tcp:\/\//.test(text)) {
    const hint = 'in Kubernetes set enableServiceLinks: false, or name the service otherwise'
    return refuse('was set by Kubernetes for a service that is called parley', hint)
  }
  const found = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  return found <= 65_535 ? yes(found) : refuse('is no port', 'give a number from 0 to 65535')
}

/** A port, or `off` for none. */
const portOrOff: Reader<number | 'off'> = (text) => (/^off$/i.test(text) ? yes('off') : port(text))

const publicUrl: Reader<URL> = (text) => {
  const url = URL.parse(text)
  const hint = 'give what people put in their browser, such as https://parley.example.org'
  if (url === null || !/^https?:$/.test(url.protocol)) return refuse('is no web address', hint)
  if (url.username || url.password) return refuse('holds a user name or password', hint)
  if (url.pathname !== '/' || url.search || url.hash) return refuse('holds more than a host', hint)
  return yes(url)
}

const privateBlocks = [
  ...['127.0.0.0/8', '::1/128', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
]

const proxies: Reader<readonly string[]> = (text) => {
  if (/^(none|no|false|0)$/i.test(text)) return yes([])
  const found = listOf(text).flatMap((one) => (one === 'private' ? privateBlocks : [one]))
  if (found.every(isBlock)) return yes(found)
  const hint = 'list their addresses or CIDR blocks, with commas; or "private" or "none"'
  return refuse('must name the proxies whose X-Forwarded headers are believed', hint)
}

function isBlock(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/')
  const version = isIP(address)
  if (version === 0 || rest.length > 0) return false
  return (
    bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128))
  )
}

const workers: Reader<number> = (text) => {
  const isCount = /^\d{1,2}$/.test(text) && Number(text) <= 64
  const hint = 'give how many jobs run at once in this process, from 0 (none) to 64'
  return isCount ? yes(Number(text)) : refuse('is no number of workers', hint)
}

const slots: Reader<number> = (text) =>
  /^\d{1,2}$/.test(text) && Number(text) >= 1 && Number(text) <= 32
    ? yes(Number(text))
    : refuse('is no number of proofs', 'give how many run at once in this process, from 1 to 32')

const workerName: Reader<string> = (text) =>
  /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(text)
    ? yes(text)
    : refuse('is no name of a worker', 'give letters, digits, dots and dashes, at most 63')

const compartments: Reader<readonly string[]> = (text) => {
  const found = [...new Set(listOf(text))].toSorted()
  if (found.length <= 100 && found.every((one) => /^[A-Z0-9-]{1,40}$/.test(one))) return yes(found)
  return refuse('is no list of compartments', 'list their names, such as HARBOUR, with commas')
}

/** Where blobs are kept, before it is known whether the rest fits. */
export type BlobPlace =
  | { readonly kind: 'folder'; readonly folder: string }
  | { readonly kind: 's3'; readonly bucket: string; readonly prefix: string }

const blobs: Reader<BlobPlace> = (text) => {
  if (!/^[a-z0-9]+:\/\//i.test(text)) return yes({ kind: 'folder', folder: resolve(text) })
  const [, bucket, prefix = ''] =
    /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/?([\w!.*'()/-]*)$/.exec(text) ?? []
  const hint = 'give a folder, or s3://bucket or s3://bucket/prefix'
  if (bucket === undefined) return refuse('is neither a folder nor a bucket', hint)
  const slashed = prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`
  return yes({ kind: 's3', bucket, prefix: slashed })
}

const endpoint: Reader<URL> = (text) => {
  const url = URL.parse(text)
  const hint = 'give the address of the object store, such as https://s3.example.org'
  if (url === null || !/^https?:$/.test(url.protocol)) return refuse('is no web address', hint)
  return url.username || url.password ? refuse('holds a user name or password', hint) : yes(url)
}

const issuer: Reader<URL> = (text) => {
  const hint = 'give the issuer as the provider writes it, such as https://login.example.org'
  const url = fetchable(text)
  if (!url.ok) return refuse(url.refusal.why, hint)
  const isPlain = url.value.search === '' && url.value.hash === ''
  return isPlain ? url : refuse('holds more than host and path', hint)
}

const word: Reader<string> = (text) =>
  /^[\x21-\x7e]{1,256}$/.test(text)
    ? yes(text)
    : refuse('holds spaces or what is no ASCII', 'give it without quotes and spaces')

const secret: Reader<Secret> = (text) => {
  const found = word(text)
  return found.ok ? yes(new Secret(found.value)) : found
}

const secretUrl =
  (protocols: readonly string[]): Reader<Secret> =>
  (text) => {
    const url = URL.parse(text)
    const form = `give ${protocols.map((one) => `${one}//user:password@host/…`).join(' or ')}`
    const hint = `${form}; signs such as / # ? @ in a password are written as %2F %23 %3F %40`
    // A database on this machine may be named by its socket: postgresql:///db?host=/run/postgresql.
    const isHostSaid = url !== null && (url.hostname !== '' || url.searchParams.has('host'))
    if (!isHostSaid || !protocols.includes(url.protocol)) return refuse('is no such address', hint)
    return yes(new Secret(text))
  }

const yesOrNo: Reader<boolean> = (text) => {
  if (/^(1|true|yes|on)$/i.test(text)) return yes(true)
  if (/^(0|false|no|off)$/i.test(text)) return yes(false)
  return refuse('is neither yes nor no', 'give 1 or 0')
}

const line: Reader<string> = (text) =>
  text.length > 300 || /[\p{Cc}]/u.test(text)
    ? refuse('is no line of text', 'give one line')
    : yes(text)

const label: Reader<string> = (text) => {
  const found = line(text)
  if (!found.ok || text.length <= 60) return found
  return refuse('is longer than a button', 'give at most 60 characters')
}

const words: Reader<readonly string[]> = (text) => {
  const found = listOf(text)
  if (found.length > 0 && found.length <= 20 && found.every((one) => word(one).ok)) {
    return yes(found)
  }
  return refuse('is no list of values', 'list at most 20 values without spaces, with commas')
}

const logLevel: Reader<LogLevel> = (text) => {
  const found = logLevels.find((level) => level === text.toLowerCase())
  return found ? yes(found) : refuse('is no level', `give one of ${logLevels.join(', ')}`)
}

/** In the order of `classifications` in features/label, which a test compares. */
export const ceilings = [
  ...(['unclassified', 'restricted', 'confidential', 'secret', 'top-secret'] as const),
] as const

const ceiling: Reader<(typeof ceilings)[number]> = (text) => {
  const found = ceilings.find((one) => one === text.toLowerCase())
  return found ? yes(found) : refuse('is no classification', `give one of ${ceilings.join(', ')}`)
}

const hosts: Reader<readonly string[]> = (text) => {
  const found = listOf(text.toLowerCase())
  if (found.every((one) => isHostAndPort(one))) return yes(found)
  return refuse('is no list of hosts', 'list hosts as host or host:port, with commas')
}

function isHostAndPort(text: string): boolean {
  const [, name = '', digits] = /^(\[[^\]]+\]|[^:]+)(?::(\d{1,5}))?$/.exec(text) ?? []
  const bare = name.replace(/^\[(.*)\]$/, '$1')
  const isPort = digits === undefined || (Number(digits) >= 1 && Number(digits) <= 65_535)
  return isPort && (isIP(bare) > 0 || hostForm.test(bare))
}

const listOf = (text: string): readonly string[] =>
  text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')
