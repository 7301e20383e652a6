import { createHash } from 'node:crypto'
import { createTransport, type SMTPTransportOptions } from 'nodemailer'
import type { Clock } from '#kernel/clock.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { isLoopback } from '#platform/http/address.ts'
import { parseMailAddress, parseSender, type Sender } from './mail-address.ts'

export type MailerSettings = {
  /**
   * `smtp://` or `smtps://` with user and password, as a secret: it is neither shown nor logged.
   * With `smtp` the connection must be upgraded to TLS (STARTTLS), except to this machine itself.
   */
  readonly url: string
  /** `Name <mailbox>` or a mailbox. */
  readonly from: string
  readonly clock: Clock
  /** TLS also to this machine, checked as to any other. */
  readonly isTlsAlwaysRequired?: boolean
  /** The authority that signed the server's certificate, in PEM, where it is not a public one. */
  readonly authority?: string
  /** After this long without a sign of the server the attempt is given up. */
  readonly stallMs?: number
  /** After this long the attempt is given up however steadily the server answers. */
  readonly wholeMs?: number
}

export type Mail = {
  /** One mailbox. */
  readonly to: string
  readonly subject: string
  readonly text: string
  /**
   * The same for every attempt at one message: it becomes the Message-ID, by which receivers tell
   * that a message that was sent again, because its receipt was lost, is one that they have.
   */
  readonly idempotencyKey: string
}

/** Why a mail is not on its way: `retry` may succeed as it is, `permanent` never will. */
export type MailRefusal = { readonly kind: 'retry' | 'permanent'; readonly why: string }

/** Sends mails of text only: no attachments, no HTML, no headers that a caller could choose. */
export type Mailer = {
  readonly send: (mail: Mail) => Promise<Result<{ readonly messageId: string }, MailRefusal>>
}

const defaults = { stallMs: 20_000, wholeMs: 60_000 } as const
const subjectCharactersMax = 200
const textCharactersMax = 2 ** 20

/** Refused, as `bad-usage`: a URL or a sender that cannot be used; nothing is connected yet. */
export function openMailer(settings: MailerSettings): Result<Mailer> {
  const sender = parseSender(settings.from)
  if (sender === null) {
    return no({ code: 'bad-usage', why: 'the sender of mails is not "Name <user@example.org>"' })
  }
  const server = serverOf(settings)
  if (!server.ok) return server
  return yes({ send: (mail) => send(mail, { sender, server: server.value, settings }) })
}

/** Where mails go; every message of a refusal leaves out what the URL holds. */
function serverOf(settings: MailerSettings): Result<SMTPTransportOptions> {
  const refuse = (why: string): Result<never> =>
    no({ code: 'bad-usage', why, hint: 'smtps://user:password@mail.example.org' })
  const url = URL.parse(settings.url)
  if (url === null) return refuse('the address of the mail server is no URL')
  if (url.protocol !== 'smtp:' && url.protocol !== 'smtps:') {
    return refuse('the address of the mail server is neither smtp:// nor smtps://')
  }
  if (url.hostname === '') return refuse('the address of the mail server lacks a host')
  if (url.search !== '' || url.hash !== '' || url.pathname.length > 1) {
    return refuse('the address of the mail server has more than user, host and port')
  }
  const user = decoded(url.username)
  const pass = decoded(url.password)
  if (user === null || pass === null || (user === '') !== (pass === '')) {
    return refuse('the address of the mail server needs both user and password, or neither')
  }
  const isSecure = url.protocol === 'smtps:'
  const name = url.hostname.replace(/^\[|\]$/g, '')
  const isNear = (name === 'localhost' || isLoopbackNumber(name)) && !settings.isTlsAlwaysRequired
  const { stallMs = defaults.stallMs } = settings
  return yes({
    // The name is not looked up: what it leads to elsewhere would be trusted as this machine.
    host: name === 'localhost' ? '127.0.0.1' : name,
    port: url.port === '' ? (isSecure ? 465 : 587) : Number(url.port),
    secure: isSecure,
    requireTLS: !isSecure && !isNear,
    tls: {
      minVersion: 'TLSv1.2',
      // Who can change what this machine sends to itself needs no false certificate.
      rejectUnauthorized: !isNear,
      ...(settings.authority === undefined ? {} : { ca: settings.authority }),
    },
    ...(user === '' ? {} : { auth: { user, pass } }),
    ...{ connectionTimeout: stallMs, greetingTimeout: stallMs, socketTimeout: stallMs },
    ...{ dnsTimeout: stallMs, disableFileAccess: true, disableUrlAccess: true, logger: false },
  })
}

const isLoopbackNumber = (name: string): boolean => /^[0-9.:]+$/.test(name) && isLoopback(name)

function decoded(part: string): string | null {
  try {
    return decodeURIComponent(part)
  } catch {
    return null
  }
}

type Sending = {
  readonly sender: Sender
  readonly server: SMTPTransportOptions
  readonly settings: MailerSettings
}

async function send(
  mail: Mail,
  { sender, server, settings }: Sending,
): Promise<Result<{ readonly messageId: string }, MailRefusal>> {
  const to = parseMailAddress(mail.to)
  if (to === null) return no({ kind: 'permanent', why: 'the recipient is no mail address' })
  if (mail.text.length > textCharactersMax) {
    return no({ kind: 'permanent', why: `the text has over ${textCharactersMax} characters` })
  }
  const messageId = messageIdOf(mail.idempotencyKey, sender)
  const transport = createTransport(server)
  try {
    await transport.sendMail({
      from: { name: sender.name, address: sender.address },
      to: { name: '', address: to },
      envelope: { from: sender.address, to: [to] },
      subject: asSubject(mail.subject),
      text: asText(mail.text),
      textEncoding: 'quoted-printable',
      messageId,
      date: settings.clock.now(),
      // Keeps machines from answering machines (RFC 3834 section 5).
      headers: { 'Auto-Submitted': 'auto-generated' },
      xMailer: false,
      signal: AbortSignal.timeout(settings.wholeMs ?? defaults.wholeMs),
    })
    return yes({ messageId })
  } catch (error) {
    return no(refusalOf(error))
  } finally {
    transport.close()
  }
}

function messageIdOf(idempotencyKey: string, { address }: Sender): string {
  const digest = createHash('sha256').update(idempotencyKey).digest('hex')
  return `<${digest.slice(0, 40)}@${address.slice(address.lastIndexOf('@') + 1)}>`
}

/** One line, whatever it was: a line break in a subject would begin a header of its own. */
function asSubject(text: string): string {
  const line = text
    .toWellFormed()
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ')
    .trim()
  const characters = [...line]
  if (characters.length <= subjectCharactersMax) return line
  return `${characters.slice(0, subjectCharactersMax - 1).join('')}…`
}

/** Lines and tabs stay; other control characters are nothing that a mail should carry. */
const asText = (text: string): string =>
  text
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '')

/**
 * Replies of class 5 that say that these settings, not this mail, are wrong (RFC 5321, RFC 4954):
 * they are tried again, because a mail must not be lost while somebody corrects a password.
 */
const settingsReplies: ReadonlySet<number> = new Set([503, 530, 534, 535, 538])

/** What nodemailer calls a refusal of this mail: of its sender, recipient or content. */
const mailCodes: ReadonlySet<string> = new Set(['EENVELOPE', 'EMESSAGE'])

/** @throws `error` when it is no answer of the server or the network: that is a defect */
function refusalOf(error: unknown): MailRefusal {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (!(error instanceof Error) || code === '') throw error
  const reply = 'responseCode' in error ? Number(error.responseCode) : null
  if (code === 'EAUTH' || code === 'ENOAUTH') {
    // The reply may repeat what was sent, which is the password.
    return { kind: 'retry', why: `the mail server does not let us in${reply ? ` (${reply})` : ''}` }
  }
  if (reply !== null) {
    // A refusal of the session, such as of STARTTLS, says nothing about this mail.
    const isFinal =
      mailCodes.has(code) && reply >= 500 && reply < 600 && !settingsReplies.has(reply)
    const words = 'response' in error ? visible(String(error.response)) : String(reply)
    return { kind: isFinal ? 'permanent' : 'retry', why: `the mail server answers: ${words}` }
  }
  if (mailCodes.has(code)) return { kind: 'permanent', why: visible(error.message) }
  return {
    kind: 'retry',
    why: `the mail server cannot be used: ${visible(error.message)} (${code})`,
  }
}

/** Words of a server, as far as they may stand in a message. */
const visible = (words: string): string =>
  words.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ').slice(0, 200)
