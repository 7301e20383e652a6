import { parseCrash } from '#formats/crash/crash.ts'
import type { Crash } from '#formats/finding/finding.ts'

/** How stack traces number or mark their frames; text without such lines is not looked through. */
const looksLikeStack = /^[ \t]*#\d+[ \t]|^[ \t]*at[ \t]\S+\(|Sanitizer: |^Traceback \(most recent/m

/** The crash in one of these texts: tools that run code put its stack trace into the message. */
export function crashIn(texts: readonly (string | undefined)[]): Crash | undefined {
  for (const text of texts) {
    if (text === undefined || !looksLikeStack.test(text)) continue
    const found = parseCrash(text)
    if (found && found.crash.frames.length > 1) return found.crash
  }
  return undefined
}
