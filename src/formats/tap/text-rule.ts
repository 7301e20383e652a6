import type { Violation, ViolationCode } from './intake-problem.ts'

/** Writes one violation down. */
export type Fault = (violation: Violation) => void

/**
 * A fault without its reason's prefix: in a multipart report the reasons about the metadata of an
 * attachment name the header it stands in.
 */
export type Place = { readonly field: string; readonly header?: string | undefined }

export function faultAt(place: Place, code: ViolationCode, reason: string): Violation {
  const { field, header } = place
  return { code, field, reason: header === undefined ? reason : `${header}: ${reason}` }
}

/** Unicode's control characters (category Cc): tab, line breaks and DEL among them. */
const control = /[\u0000-\u001f\u007f-\u009f]/
export const hasControl = (text: string): boolean => control.test(text)

/** Nothing that a person could see: white space, and characters that only steer the display. */
const blank = /^[\s\p{Z}\p{Cf}\p{Default_Ignorable_Code_Point}]*$/u
export const isBlank = (text: string): boolean => blank.test(text)

const letterOrDigit = /[\p{L}\p{N}]/u
const placeholders: ReadonlySet<string> = new Set([
  ...['n/a', 'none', 'nil', 'null', 'undefined', 'unknown', 'unspecified', 'tbd', 'todo'],
  ...['not applicable', 'not available', 'not specified'],
])

/**
 * What a text must say at least. `something`: it is not blank. `word`: it has a letter or a digit.
 * `name`: it is moreover no placeholder such as `unknown`, under which the flaws of unrelated
 * packages would come together.
 */
export type Says = 'something' | 'word' | 'name'

export type TextRule = { readonly bytesMax: number; readonly says?: Says }

/**
 * Judges a text of the metadata: its size in bytes of UTF-8, control characters, and whether it
 * says anything. The contract leaves open what `degenerate_value` means; here it is a text that is
 * there and says nothing, so that nobody could tell by it what is affected. An empty text counts
 * as absent instead. False where there was a fault.
 */
export function judgeText(
  fault: Fault,
  place: Place,
  { text, bytesMax, says }: JudgedText,
): boolean {
  let isGood = true
  const refuse = (code: ViolationCode, reason: string): void => {
    isGood = false
    fault(faultAt(place, code, reason))
  }
  if (Buffer.byteLength(text) > bytesMax) {
    refuse('field_too_large', `must be at most ${bytesMax} bytes of UTF-8`)
  }
  if (hasControl(text)) {
    refuse('control_characters', 'must hold no control character, tab or line break')
  }
  if (isGood && says !== undefined && !doesSay(text, says)) {
    refuse('degenerate_value', 'says nothing: leave it out, or name what is meant')
  }
  return isGood
}

type JudgedText = TextRule & { readonly text: string }

function doesSay(text: string, says: Says): boolean {
  if (says === 'something') return !isBlank(text)
  if (!letterOrDigit.test(text)) return false
  return says === 'word' || !placeholders.has(text.trim().toLowerCase())
}
