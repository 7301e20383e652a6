/** A reason as the server keeps it: one line of so many characters. */
const lengthMax = 500

export const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim()

/** What is wrong with a reason, in words; null when it can be sent. */
export function whyMissing(text: string): string | null {
  const { length } = oneLine(text)
  if (length === 0) return 'Say why, in a few words.'
  return length > lengthMax ? `Say it in at most ${lengthMax} characters; it has ${length}.` : null
}
