import { no, type Result, yes } from '#kernel/result.ts'

/** What `Content-Disposition` says of a part. */
export type Disposition = { readonly name: string; readonly filename?: string | undefined }

const typeForm = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+)[ \t]*/
const parameterForm = new RegExp(
  `;[ \\t]*([!#$%&'*+.^_\`|~0-9A-Za-z-]+)=` +
    `(?:([!#$%&'*+.^_\`|~0-9A-Za-z-]+)|"((?:[^"\\\\]|\\\\.)*)")[ \\t]*`,
  'y',
)

/**
 * Reads `attachment; name=...; filename="..."`. The contract refuses the other dispositions, the
 * encodings of RFC 2231 and a file name that stands twice. Of backslashes only those before a
 * quote or another backslash escape: clients write any other one as it is, so it stays and makes
 * the file name a path. Parameters that nobody asked for are ignored (RFC 6266 section 4.1).
 */
export function parseDisposition(text: string): Result<Disposition, string> {
  const type = typeForm.exec(text)
  if (type?.[1]?.toLowerCase() !== 'attachment')
    return no('its Content-Disposition is no attachment')
  const found = new Map<string, string>()
  parameterForm.lastIndex = type[0].length
  while (parameterForm.lastIndex < text.length) {
    const [, written, plain, quoted = ''] = parameterForm.exec(text) ?? []
    if (written === undefined) return no('its Content-Disposition is garbled')
    const key = written.toLowerCase()
    if (key === 'name*' || key === 'filename*') return no(`its Content-Disposition has ${key}`)
    if (found.has(key) && (key === 'name' || key === 'filename')) {
      return no(`its Content-Disposition has more than one ${key}`)
    }
    found.set(key, plain ?? quoted.replace(/\\(["\\])/g, '$1'))
  }
  const name = found.get('name')
  return name === undefined
    ? no('its Content-Disposition has no name')
    : yes({ name, filename: found.get('filename') })
}
