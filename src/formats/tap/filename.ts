import { type Fault, faultAt, hasControl, isBlank, type Place } from './text-rule.ts'

const filenameBytesMax = 255
/** Characters that show nothing, and by which two names could look alike or read backwards. */
const invisible = /[\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u

/** Whether a text is the name of a file and no path. Everything wrong with it is a fault. */
export function judgeFilename(fault: Fault, place: Place, name: string | undefined): boolean {
  let isGood = true
  const refuse = (...[code, reason]: [Parameters<typeof faultAt>[1], string]): void => {
    isGood = false
    fault(faultAt(place, code, reason))
  }
  if (name === undefined) {
    refuse('missing_field', 'an attachment needs a file name')
    return false
  }
  if (Buffer.byteLength(name) > filenameBytesMax) {
    refuse('field_too_large', `must be at most ${filenameBytesMax} bytes of UTF-8`)
  }
  if (hasControl(name)) refuse('control_characters', 'must hold no control character')
  if (/[/\\]/.test(name)) refuse('invalid_filename', 'must be a file name, not a path')
  else if (name === '.' || name === '..') refuse('invalid_filename', 'names a folder')
  else if (isBlank(name)) refuse('invalid_filename', 'must have a visible character')
  else if (invisible.test(name)) {
    refuse('invalid_filename', 'must hold no invisible formatting character')
  }
  return isGood
}

/**
 * What two names have in common that a person or a file system may take for the same: case does
 * not count, nor whether an accent is a character of its own (Unicode normal form).
 */
export const nameFold = (name: string): string =>
  name.normalize('NFC').toUpperCase().toLowerCase().normalize('NFC')
