import { messagesOf } from './mbox.ts'
import { bytesOf, type Entity, leavesOf, parseEntity } from './mime.ts'

/** A file that came with a mail, decoded: what a reader may read as a document of its own. */
export type Attachment = {
  readonly name: string
  /** Lower case, without parameters. */
  readonly contentType: string
  readonly bytes: Uint8Array
}

const attachmentsMax = 2000

/** Every attachment of a mail or mailbox in order, those of attached messages too. */
export function attachmentsOf(text: string): Attachment[] {
  const found: Attachment[] = []
  for (const { text: message } of messagesOf(text)) {
    for (const part of attachedParts(parseEntity(message))) {
      if (found.length >= attachmentsMax) return found
      found.push({
        name: part.fileName ?? `part-${found.length + 1}`,
        contentType: part.type,
        bytes: bytesOf(part),
      })
    }
  }
  return found
}

/** The parts that are files rather than the text of the message. */
export function attachedParts(entity: Entity): Entity[] {
  const found: Entity[] = []
  for (const part of leavesOf(entity)) {
    if (part.type === 'message/rfc822') found.push(...attachedParts(attachedMessage(part)))
    else if (isAttached(part)) found.push(part)
  }
  return found
}

/** The message inside a `message/rfc822` part. */
export const attachedMessage = (part: Entity): Entity =>
  parseEntity(Buffer.from(bytesOf(part)).toString('utf8'))

/** Signatures and calendar entries belong to the mail, not to the report. */
const machinery =
  /^application\/(?:pgp-signature|pgp-encrypted|pkcs7-signature|x-pkcs7-signature|ics)$/

export function isAttached(part: Entity): boolean {
  if (machinery.test(part.type)) return false
  if (part.disposition === 'attachment') return true
  const isText = part.type === 'text/plain' || part.type === 'text/html'
  return part.fileName !== undefined || (!isText && !part.type.startsWith('multipart/'))
}
