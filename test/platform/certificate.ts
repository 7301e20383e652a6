import { generateKeyPairSync, sign } from 'node:crypto'
import { isIPv4 } from 'node:net'

/** A certificate for tests, signed by itself, which is therefore its own authority. */
export type Certificate = { readonly cert: string; readonly key: string }

const der = (tag: number, ...contents: readonly Uint8Array[]): Buffer => {
  const content = Buffer.concat(contents)
  const { length } = content
  const size = length < 128 ? [length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.of(tag, ...size), content])
}
const hex = (digits: string): Buffer => Buffer.from(digits, 'hex')
const sequence = (...contents: readonly Uint8Array[]): Buffer => der(0x30, ...contents)
const text = (tag: number, value: string): Buffer => der(tag, Buffer.from(value))
const utcTime = (instant: Date): Buffer =>
  text(0x17, `${instant.toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`)

/** Object identifiers, encoded. */
const oid = {
  ecdsaWithSha256: hex('06082a8648ce3d040302'),
  commonName: hex('0603550403'),
  subjectAltName: hex('0603551d11'),
  basicConstraints: hex('0603551d13'),
}

/** X.509 version 3 (RFC 5280) for names and IPv4 addresses, valid for `days` from yesterday. */
export function certificateFor(names: readonly string[], days = 30): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const algorithm = sequence(oid.ecdsaWithSha256)
  const name = sequence(der(0x31, sequence(oid.commonName, text(0x0c, 'test'))))
  const from = Date.now() - 86_400_000
  const alternatives = names.map((given) =>
    isIPv4(given) ? der(0x87, Buffer.of(...given.split('.').map(Number))) : text(0x82, given),
  )
  const extensions = sequence(
    sequence(oid.subjectAltName, der(0x04, sequence(...alternatives))),
    sequence(oid.basicConstraints, der(0x04, sequence(hex('0101ff')))),
  )
  const toSign = sequence(
    der(0xa0, hex('020102')),
    der(0x02, Buffer.of(1, names.length, days & 0x7f)),
    algorithm,
    name,
    sequence(utcTime(new Date(from)), utcTime(new Date(from + days * 86_400_000))),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, extensions),
  )
  const signature = der(0x03, Buffer.of(0), sign('sha256', toSign, privateKey))
  const lines =
    sequence(toSign, algorithm, signature)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}
