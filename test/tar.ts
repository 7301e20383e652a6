/** One entry of a tar archive made by a test, with what makes it odd. */
export type Tarred = {
  readonly name: string | Buffer
  readonly content?: Buffer | string
  /** Type flag; `0`, a plain file, unless said. */
  readonly type?: string
  readonly mode?: number
  readonly link?: string
  readonly prefix?: string
  /** What the header says, where it lies. */
  readonly claims?: { readonly size?: number | string; readonly sum?: number }
}

/** One header and its content (POSIX.1-2001 ustar), by another hand than the product's. */
export function tarEntry({ name, content = '', claims = {}, ...rest }: Tarred): Buffer {
  const body = Buffer.from(content)
  const { type = '0', mode = 0o644, link = '', prefix = '' } = rest
  const size = claims.size ?? body.length
  const fields: readonly (readonly [width: number, value: string | Buffer])[] = [
    [100, name],
    [8, `${mode.toString(8).padStart(7, '0')}\0`],
    [8, '0001750\0'],
    [8, '0001750\0'],
    [12, typeof size === 'string' ? size : `${size.toString(8).padStart(11, '0')}\0`],
    [12, '14700000000\0'],
    [8, '        '],
    [1, type],
    [100, link],
    [8, 'ustar\x0000'],
    [32, 'ada'],
    [32, 'staff'],
    [16, ''],
    [167, prefix],
  ]
  const header = Buffer.alloc(512)
  let at = 0
  for (const [width, value] of fields) {
    Buffer.from(value).copy(header, at, 0, width)
    at += width
  }
  const sum = claims.sum ?? header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return Buffer.concat([header, body, Buffer.alloc((512 - (body.length % 512)) % 512)])
}

export const tarOf = (entries: readonly Tarred[], end = Buffer.alloc(1024)): Buffer =>
  Buffer.concat([...entries.map(tarEntry), end])
