import { lineCounter } from '#formats/text/line-counter.ts'
import { pattern } from '#formats/text/pattern.ts'

const raw = String.raw

/** One message of a file and where it begins. */
export type RawMessage = {
  /** The message, unescaped and without the line that separates it. */
  readonly text: string
  /** As it stands in the file, separator and escapes included. */
  readonly raw: string
  /** One-based line at which the message begins in the file. */
  readonly line: number
}

/** `From ada@example.org Fri Mar  1 10:20:30 2024`; archives write `ada at example.org`. */
const separator = pattern(
  raw`^From \S{1,300}(?: at \S{1,200})? {1,4}(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? {1,3}`,
  raw`(?:[A-Z][a-z]{2} {1,3}\d{1,2}|\d{1,2} {1,3}[A-Z][a-z]{2}) {1,3}`,
  raw`(?:\d{4} {1,3})?\d{1,2}:\d{2}(?::\d{2})?(?: .{0,40})?$`,
)

/** Patches that git writes in this form: a commit in place of the sender, and a date of its own. */
const patch = /^From [0-9a-f]{40} Mon Sep 17 00:00:00 2001$/

/** More messages than this are not read from one file; the decoder says so. */
export const messagesMax = 20_000

/** Whether a text is a mailbox in the format of RFC 4155: it begins with a `From ` line. */
export function isMbox(text: string): boolean {
  if (!text.startsWith('From ')) return false
  const line = firstLine(text, 0)
  return separator.test(line) && !patch.test(line)
}

const firstLine = (text: string, at: number): string => {
  const end = text.indexOf('\n', at)
  return text.slice(at, Math.min(end < 0 ? text.length : end, at + 500)).replace(/\r$/, '')
}

/**
 * The messages of a mailbox, or the one message that a text is. A separator counts at the start
 * and behind an empty line only; `>From ` loses one `>` as in mboxrd.
 */
export function messagesOf(text: string): RawMessage[] {
  if (!isMbox(text)) return [{ text, raw: text, line: 1 }]
  const starts = separatorsIn(text)
  const lineAt = lineCounter(text)
  return starts.map((start, index) => {
    const raw = text.slice(start, starts[index + 1] ?? text.length)
    const body = raw.slice(raw.indexOf('\n') + 1 || raw.length)
    const unescaped = body.includes('>From ') ? body.replace(/^>(>*From )/gm, '$1') : body
    return { text: unescaped.replace(/\r?\n$/, ''), raw, line: lineAt(start) }
  })
}

function separatorsIn(text: string): number[] {
  const starts = [0]
  for (let at = text.indexOf('\nFrom '); at >= 0; at = text.indexOf('\nFrom ', at + 1)) {
    const isBehindBlank = text[at - 1] === '\n' || (text[at - 1] === '\r' && text[at - 2] === '\n')
    if (isBehindBlank && separator.test(firstLine(text, at + 1))) starts.push(at + 1)
    if (starts.length >= messagesMax) break
  }
  return starts
}
