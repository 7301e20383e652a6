/** The parts of a CPE name that identify a product; a wildcard or `-` is absent. */
export type CpeName = {
  readonly vendor?: string
  readonly product: string
  readonly version?: string
}

/**
 * Reads a CPE 2.3 formatted string (`cpe:2.3:a:vendor:product:version:...`, NISTIR 7695 section
 * 6.2) or a CPE 2.2 URI (`cpe:/a:vendor:product:version`). Null when there is no product in it.
 */
export function parseCpe(text: string): CpeName | null {
  const written = text.trim()
  const isUri = /^cpe:\//i.test(written)
  if (!isUri && !/^cpe:2\.3:/i.test(written)) return null
  const parts = isUri ? written.slice(5).split(':') : splitUnescaped(written.slice(8))
  const [, vendor, product, version, update] = parts.map((part) => plain(part, isUri))
  if (product === undefined) return null
  const whole = update === undefined || version === undefined ? version : `${version}:${update}`
  return {
    ...(vendor === undefined ? {} : { vendor }),
    product,
    ...(whole === undefined ? {} : { version: whole }),
  }
}

/** Splits at colons that no backslash stands before. */
function splitUnescaped(text: string): string[] {
  const parts: string[] = []
  let start = 0
  for (let at = 0; at <= text.length; at += 1) {
    if (text[at] === '\\') at += 1
    else if (at === text.length || text[at] === ':') {
      parts.push(text.slice(start, at))
      start = at + 1
    }
  }
  if (start < text.length) parts.push(text.slice(start))
  return parts
}

function plain(part: string, isUri: boolean): string | undefined {
  const text = isUri ? unescaped(part) : part.replace(/\\(.)/g, '$1')
  return text === '' || text === '*' || text === '-' ? undefined : text
}

function unescaped(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
