const nameBytesMax = 255
export const pathBytesMax = 1024
const controls = /\p{Cc}|\p{Cs}|\p{Zl}|\p{Zp}/u

/** The same rule as a pattern (ECMA-262) for published schemas, without the lengths in bytes. */
export const insidePathPattern =
  '^(?!\\.{0,2}(?:/|$))(?!.*/\\.{0,2}(?:/|$))(?![A-Za-z]:)' +
  '[^\\\\\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029]+$'

/**
 * Why a text is no path inside of a folder or archive; null where it is one: relative, with
 * `/`, no empty part, no `.` and no `..`, nothing that another system takes for a drive or folder.
 */
export function pathFault(path: string): string | null {
  if (path === '') return 'is empty'
  if (path.startsWith('/')) return 'is absolute: paths are relative'
  if (path.includes('\\')) return 'has a backslash: folders are parted by /'
  if (/^[A-Za-z]:/.test(path)) return 'names a drive: paths are relative'
  if (controls.test(path)) return 'has a control character'
  const parts = path.split('/')
  if (parts.includes('..')) return 'leads outside by ".."'
  if (parts.includes('.')) return 'has a part "."'
  if (parts.includes('')) return path.endsWith('/') ? 'ends with /' : 'has an empty part (//)'
  if (Buffer.byteLength(path) > pathBytesMax) return `is longer than ${pathBytesMax} bytes`
  if (parts.some((part) => Buffer.byteLength(part) > nameBytesMax)) {
    return `has a name of more than ${nameBytesMax} bytes`
  }
  return null
}
