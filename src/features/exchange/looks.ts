import { recogniseEpss } from '#formats/epss/epss.ts'
import type { Material } from '#formats/finding/decoder.ts'
import { isArray, isObject } from '#formats/json/reader.ts'
import { recogniseKev } from '#formats/kev/kev.ts'

/** Says in a few words what a document that no decoder claims seems to be. */
export function looksLike(material: Material): string {
  if (recogniseKev(material) > 0) return 'the KEV catalog, which --known takes'
  if (recogniseEpss(material.text) > 0) return 'EPSS scores, which --known takes'
  switch (material.kind) {
    case 'json':
      return `JSON, ${shapeOf(material.value)}`
    case 'rows':
      return `${material.rows.length} JSON documents, the first ${shapeOf(material.rows[0]?.value)}`
    case 'xml':
      if (material.root.name === '') return 'XML of which nothing can be read'
      return `XML with the root element <${clipped(material.root.name)}>`
    case 'table':
      return `a table with the columns ${listed(material.table.header)}`
    case 'text':
      return 'plain text'
  }
}

function shapeOf(value: unknown): string {
  if (isArray(value)) {
    const inner = value.length === 0 ? '' : `, the first ${shapeOf(value[0])}`
    return `an array of ${value.length}${inner}`
  }
  if (!isObject(value)) return value === null ? 'null' : `a ${typeof value}`
  const keys = Object.keys(value)
  return keys.length === 0 ? 'an empty object' : `an object with ${listed(keys)}`
}

const listed = (names: readonly string[]): string => {
  const shown = names.slice(0, 6).map((name) => `"${clipped(name)}"`)
  return shown.join(', ') + (names.length > shown.length ? ', ...' : '')
}

const clipped = (name: string): string => (name.length > 40 ? `${name.slice(0, 40)}...` : name)

/** The first characters of file types that hold no text, after decoding as UTF-8. */
const magic: readonly (readonly [RegExp, string])[] = [
  [/^%PDF-/, 'a PDF'],
  [/^\ufffdPNG/, 'a PNG image'],
  [/^\ufffd\ufffd\ufffd.?.?(JFIF|Exif)/, 'a JPEG image'],
  [/^GIF8[79]a/, 'a GIF image'],
  [/^\x7fELF/, 'an ELF program'],
  [/^MZ[\s\S]{0,200}\0/, 'a Windows program'],
  [/^SQLite format 3\0/, 'an SQLite database'],
  [/^BZh\d/, 'a bzip2 archive'],
  [/^\ufffd7zXZ\0/, 'an xz archive'],
  [/^7z\ufffd\ufffd/, 'a 7z archive'],
  [/^Rar!/, 'a RAR archive'],
  [/^\(\ufffd\/\ufffd/, 'a Zstandard archive'],
  [/^[\s\S]{257}ustar/, 'a tar archive'],
  [/^\{\\rtf/, 'an RTF document'],
  [/^\s*<(!doctype html|html[\s>])/i, 'an HTML page'],
]

const sampleLength = 8192

/** What a text is that is none: a file type by its first characters, else `binary`; else null. */
export function notText(text: string): string | null {
  for (const [start, name] of magic) if (start.test(text.slice(0, 600))) return name
  const sample = text.slice(0, sampleLength)
  const odd = sample.match(/[\u0000-\u0008\u000e-\u001a\u001c-\u001f\ufffd]/g)?.length ?? 0
  if (odd * 10 <= sample.length) return null
  const nulls = sample.match(/[^\0]\0|\0[^\0]/g)?.length ?? 0
  if (nulls * 5 >= sample.length * 2) return 'UTF-16 without a byte order mark'
  return 'binary'
}
