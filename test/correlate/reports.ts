import type { Evidence } from '../../src/features/correlate/evidence.ts'

/** A report in prose about an invented program, with everything else left out. */
export const prose = (title: string, body: string, more: Partial<Evidence> = {}): Evidence => ({
  domain: 'prose',
  packages: ['tinyframe'],
  title,
  body,
  ranges: [],
  cwe: [],
  cvss: [],
  symbols: [],
  references: [],
  aliases: [],
  locations: [],
  ...more,
})

/** Five reports of three invented flaws, and one of something else. */
export const frameReports: readonly Evidence[] = [
  prose(
    'Heap overflow in readFrameHeader',
    'The function `readFrameHeader` in src/frame/header.c copies `payloadLength` bytes into a ' +
      'buffer of 64 bytes without a check. A crafted TFR file overflows the heap buffer. ' +
      'See src/frame/header.c#L88-L94.',
  ),
  prose(
    'Missing length check lets a TFR file overwrite the heap',
    'When parsing the header of a frame, `payloadLength` is taken from the file and used by ' +
      '`readFrameHeader` to copy into a fixed heap buffer of 64 bytes (src/frame/header.c#L90). ' +
      'A larger length overflows the heap.',
  ),
  prose(
    'Palette index is not checked',
    'The palette lookup in `applyPalette` (src/image/palette.c#L31) uses the index byte of the ' +
      'pixel without comparing it with the number of entries, so it reads behind the table.',
  ),
  prose(
    'Out-of-bounds read of the colour table',
    '`applyPalette` in src/image/palette.c#L31 reads `table[index]` with an index from the file. ' +
      'There is no comparison with `entries`, so memory behind the palette table is read.',
  ),
  prose(
    'The update server answers over plain HTTP',
    'The updater fetches its list of releases by http:// and does not check a signature, so ' +
      'somebody on the network path can offer an older release.',
  ),
]
