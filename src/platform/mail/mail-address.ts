import { domainToASCII } from 'node:url'

/** A mailbox as SMTP carries it: checked, ASCII, without comments, quotes or routes. */
export type MailAddress = string & { readonly __brand: 'MailAddress' }

const localPart = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/
const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/
const localPartCharactersMax = 64
const charactersMax = 254

/**
 * A mailbox (RFC 5321 section 4.1.2) of the form that is in use: dots and the usual characters
 * before the @ sign, a domain name behind it, which may be international. Null for anything else,
 * quoted local parts, addresses in brackets and lists among it.
 */
export function parseMailAddress(text: string): MailAddress | null {
  const at = text.lastIndexOf('@')
  if (at < 1 || text.length > charactersMax) return null
  const local = text.slice(0, at)
  if (local.length > localPartCharactersMax || !localPart.test(local)) return null
  // An ASCII name goes by unchanged characters only: the converter also takes numbers and paths.
  const given = text.slice(at + 1)
  if (/[\s/\\:?#@%[\]]/.test(given)) return null
  const domain = domainToASCII(given).toLowerCase()
  if (domain === '' || !domain.split('.').every((part) => label.test(part))) return null
  // A name whose last part is a number is no name but an address of the network.
  if (/(^|\.)\d+$/.test(domain)) return null
  const address = `${local}@${domain}`
  return address.length <= charactersMax && isMailAddress(address) ? address : null
}

/** Only `parseMailAddress` calls this, with what it has checked part by part. */
const isMailAddress = (text: string): text is MailAddress => text.includes('@')

/** `Name <mailbox>` or a mailbox alone. */
export type Sender = { readonly name: string; readonly address: MailAddress }

export function parseSender(text: string): Sender | null {
  const [, name = '', bracketed = ''] = /^([^<>]*)<([^<>]*)>$/.exec(text) ?? ['', '', text]
  const address = parseMailAddress(bracketed.trim())
  if (address === null || /[\u0000-\u001f\u007f]/.test(name)) return null
  return { name: name.trim().replace(/^"(.*)"$/, '$1'), address }
}
