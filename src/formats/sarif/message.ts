import type { Reader } from '#formats/json/reader.ts'

/** A message as it is to be read by people. */
export type Message = { readonly text?: string; readonly markdown?: string }

/**
 * Resolves a message object (SARIF 2.1.0 section 3.11): its own text, or the message string
 * that its id names in one of `sources` (the rule first, then the tool's global strings), with
 * the placeholders filled in. SARIF 1 writes a mere text.
 */
export function messageOf(owner: Reader, key: string, sources: readonly Reader[]): Message {
  if (typeof owner.raw(key) === 'string') return worded(owner.text(key), undefined, [])
  const message = owner.object(key)
  const given = message.texts('arguments')
  const text = message.text('text')
  if (text !== undefined || message.has('markdown')) {
    return worded(text, message.text('markdown'), given)
  }
  const id = message.text('id') ?? message.text('messageId') ?? owner.text('ruleMessageId')
  if (id === undefined) return {}
  return lookedUp(id, sources, given)
}

/** SARIF 1: `formattedRuleMessage` names a format of the rule (1.0.0 section 4.19). */
export function formattedMessage(owner: Reader, sources: readonly Reader[]): Message {
  const formatted = owner.object('formattedRuleMessage')
  const id = formatted.text('formatId')
  return id === undefined ? {} : lookedUp(id, sources, formatted.texts('arguments'))
}

const tables = ['messageStrings', 'globalMessageStrings', 'messageFormats', 'richMessageStrings']

function lookedUp(id: string, sources: readonly Reader[], given: readonly string[]): Message {
  for (const source of sources) {
    for (const table of tables) {
      if (!source.object(table).has(id)) continue
      const strings = source.object(table)
      if (typeof strings.raw(id) === 'string') return filled(strings.text(id), undefined, given)
      const found = strings.object(id)
      return filled(found.text('text'), found.text('markdown'), given)
    }
  }
  return {}
}

/** A message's own text has placeholders only where it brings arguments. */
const worded = (
  text: string | undefined,
  markdown: string | undefined,
  given: readonly string[],
): Message =>
  given.length > 0
    ? filled(text, markdown, given)
    : { ...(text && { text: unlinked(text) }), ...(markdown && { markdown: unlinked(markdown) }) }

const filled = (
  text: string | undefined,
  markdown: string | undefined,
  given: readonly string[],
): Message => ({
  ...(text && { text: unlinked(fill(text, given)) }),
  ...(markdown && { markdown: unlinked(fill(markdown, given)) }),
})

/** Section 3.11.5: `{0}` stands for the first argument, doubled braces for one. */
const fill = (text: string, given: readonly string[]): string =>
  text.replace(/\{\{|\}\}|\{(\d{1,4})\}/g, (sign, index?: string) =>
    index === undefined ? sign.slice(1) : (given[Number(index)] ?? sign),
  )

/** Section 3.11.6: links to locations of the same result, such as `[here](1)`, keep their words. */
const unlinked = (text: string): string => text.replace(/\[([^\][\\]*)\]\(-?\d+\)/g, '$1')
