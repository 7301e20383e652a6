/**
 * The text of what somebody found, whatever it was copied in: a mail in base64 or quoted-printable
 * (RFC 2045, section 6), JSON or HTML whose signs are escaped. Anything else is the text itself.
 */
export function textOf(found: string): string {
  const [, encoding = ''] =
    /^content-transfer-encoding:\s*(base64|quoted-printable)\s*$/im.exec(found.slice(0, 20_000)) ??
    []
  const [head = '', ...rest] = found.split(/\r?\n\r?\n/)
  const body = encoding === '' ? found : rest.join('\n\n')
  const text =
    encoding === '' ? found : `${head}\n\n${decoders[encoding.toLowerCase()]?.(body) ?? body}`
  return text
    .replaceAll(/\\u([0-9a-f]{4})/gi, (_, digits: string) => signOf(digits, 16))
    .replaceAll(/&#x([0-9a-f]{1,6});/gi, (_, digits: string) => signOf(digits, 16))
    .replaceAll(/&#(\d{1,7});/g, (_, digits: string) => signOf(digits, 10))
}

const signOf = (digits: string, base: number): string => {
  const code = Number.parseInt(digits, base)
  return code <= 0x10ffff ? String.fromCodePoint(code) : ''
}

const decoders: Readonly<Record<string, (body: string) => string>> = {
  base64: (body) => Buffer.from(body, 'base64').toString('utf8'),
  'quoted-printable': (body) => {
    const joined = body.replaceAll(/=\r?\n/g, '')
    const bytes = joined.replaceAll(/=([0-9A-F]{2})/gi, (_, two: string) =>
      String.fromCharCode(Number.parseInt(two, 16)),
    )
    return Buffer.from(bytes, 'latin1').toString('utf8')
  },
}
