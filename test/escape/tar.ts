/** An entry of an archive that nobody made with good intentions. */
export type TarEntry = {
  readonly name: string
  /** `0` file, `1` hard link, `2` symbolic link, `3` and `4` devices, `5` folder, `6` pipe. */
  readonly type?: string
  readonly link?: string
  readonly text?: string
  /** As the head says it; the length of the text otherwise. */
  readonly size?: number
  readonly mode?: number
  readonly device?: readonly [major: number, minor: number]
}

const block = 512

/** An archive in the format of POSIX (ustar), of whatever it is told. */
export function tarOf(entries: readonly TarEntry[], end = true): Uint8Array<ArrayBuffer> {
  const padded = (length: number): number => Math.ceil(length / block) * block
  const total = entries.reduce((sum, { text = '' }) => sum + block + padded(text.length), 0)
  const bytes = new Uint8Array(total + (end ? 2 * block : 0))
  let at = 0
  for (const entry of entries) {
    bytes.set(headOf(entry), at)
    const text = new TextEncoder().encode(entry.text ?? '')
    bytes.set(text, at + block)
    at += block + padded(text.length)
  }
  return bytes
}

function headOf({ name, type = '0', link = '', text = '', size, mode, device }: TarEntry) {
  const head = new Uint8Array(block)
  const put = (at: number, value: string): void => head.set(new TextEncoder().encode(value), at)
  const octal = (value: number, digits: number): string => value.toString(8).padStart(digits, '0')
  put(0, name.slice(0, 100))
  put(100, octal(mode ?? 0o644, 7))
  put(108, octal(0, 7))
  put(116, octal(0, 7))
  put(124, octal(size ?? text.length, 11))
  put(136, octal(0, 11))
  put(148, '        ')
  put(156, type)
  put(157, link.slice(0, 100))
  put(257, 'ustar\x0000')
  put(329, octal(device?.[0] ?? 0, 7))
  put(337, octal(device?.[1] ?? 0, 7))
  put(
    148,
    `${octal(
      head.reduce((sum, one) => sum + one, 0),
      6,
    )}\0 `,
  )
  return head
}
