import { isReplySubject, messageIdsIn, plainSubject } from './address.ts'
import type { RawMessage } from './mbox.ts'
import { type Entity, headerOf, parseEntity } from './mime.ts'

/** One message of a file, its headers and parts read. */
export type Message = RawMessage & {
  readonly entity: Entity
  readonly id?: string
  /** The messages that it says it answers, nearest last. */
  readonly answers: readonly string[]
  readonly subject: string
  readonly isReply: boolean
}

/** The first message of a conversation in this file and what answers it, in file order. */
export type Thread = { readonly root: Message; readonly replies: readonly Message[] }

export function readMessage(raw: RawMessage): Message {
  const entity = parseEntity(raw.text)
  const [id] = messageIdsIn(headerOf(entity, 'message-id'))
  const references = messageIdsIn(headerOf(entity, 'references'))
  const inReplyTo = messageIdsIn(headerOf(entity, 'in-reply-to'))
  const subject = headerOf(entity, 'subject')
  return {
    ...raw,
    entity,
    ...(id === undefined ? {} : { id }),
    answers: [...references, ...inReplyTo].slice(-100),
    subject: plainSubject(subject),
    isReply: inReplyTo.length > 0 || references.length > 0 || isReplySubject(subject),
  }
}

/**
 * Sorts messages into conversations: by the ids that they answer, and, where a reply names none
 * that the file holds, by the subject. A message that answers nothing here begins one.
 */
export function threadsOf(messages: readonly Message[]): Thread[] {
  const threadOf = new Map<Message, Message>()
  const byId = new Map<string, Message>()
  for (const message of messages) if (message.id !== undefined) byId.set(message.id, message)
  const bySubject = new Map<string, Message>()
  for (const message of messages) {
    const key = message.subject.toLowerCase()
    if (!message.isReply && key !== '' && !bySubject.has(key)) bySubject.set(key, message)
  }
  const members = new Map<Message, Message[]>()
  for (const message of messages) {
    const root = rootOf(message, { byId, bySubject, threadOf })
    threadOf.set(message, root)
    if (root !== message) (members.get(root) ?? init(members, root)).push(message)
    // Replies whose question is missing still belong together by their subject.
    const key = message.subject.toLowerCase()
    if (root === message && key !== '' && !bySubject.has(key)) bySubject.set(key, message)
  }
  return messages
    .filter((message) => threadOf.get(message) === message)
    .map((root) => ({ root, replies: members.get(root) ?? [] }))
}

const init = (members: Map<Message, Message[]>, root: Message): Message[] => {
  const list: Message[] = []
  members.set(root, list)
  return list
}

type Known = {
  readonly byId: ReadonlyMap<string, Message>
  readonly bySubject: ReadonlyMap<string, Message>
  readonly threadOf: ReadonlyMap<Message, Message>
}

const stepsMax = 50

function rootOf(message: Message, { byId, bySubject, threadOf }: Known): Message {
  const seen = new Set<Message>([message])
  let at = message
  for (let step = 0; step < stepsMax; step++) {
    const known = at === message ? undefined : threadOf.get(at)
    if (known && !seen.has(known)) return known
    const above = at.answers.findLast((id) => {
      const found = byId.get(id)
      return found !== undefined && !seen.has(found)
    })
    const next = above === undefined ? undefined : byId.get(above)
    if (!next) break
    seen.add(next)
    at = next
  }
  if (at !== message) return threadOf.get(at) ?? at
  if (!message.isReply) return message
  const asked = bySubject.get(message.subject.toLowerCase())
  return asked && asked !== message ? (threadOf.get(asked) ?? asked) : message
}
