import type { Proof } from '#formats/finding/finding.ts'

/** Characters of one exchanged message that are shown; the whole is in the original. */
const messageCharsMax = 20_000

/** A request or response as it went over the wire, cut where it is very long. */
export function httpProof(message: string | undefined): Proof[] {
  if (message === undefined || message.trim() === '') return []
  const isCut = message.length > messageCharsMax
  const text = isCut ? `${message.slice(0, messageCharsMax)}\n[cut]` : message
  return [{ language: 'http', text }]
}

/** A command that shows the flaw. */
export const shellProof = (command: string | undefined): Proof[] =>
  command === undefined ? [] : [{ language: 'shell', text: command }]
