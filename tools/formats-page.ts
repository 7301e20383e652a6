import { decoders } from '../src/features/exchange/decoders.ts'

/** Formats that people ask for and that are not read, with the reason. */
const leftOut: readonly (readonly [string, string])[] = [
  ['SARIF 1.0 and prereleases of 2', 'recognised and refused with the version; 2.1.0 is read'],
  [
    'HackerOne exports by e-mail',
    'no schema or sample could be found; their mails are read as mail',
  ],
]

/** The page docs/formats.md. */
export function formatsPage(): string {
  const row = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [
    '# Formats',
    '',
    'Written by `node tools/formats.ts` from the decoders; `parley formats` prints the same.',
    'The format of a document is found by its content. `--format NAME` forces one.',
    '',
    row(['Name', 'Format', 'Written from']),
    row(['---', '---', '---']),
    ...decoders.map(({ name, title, source }) => row([`\`${name}\``, title, source])),
    '',
    'Beside these, `--known` reads the KEV catalogue and EPSS scores, `--sbom` takes the',
    'components of CycloneDX and SPDX documents. Outputs are JSON, CSV, SARIF 2.1.0 and HTML.',
    '',
    '## Not read',
    '',
    row(['Format', 'Why']),
    row(['---', '---']),
    ...leftOut.map(row),
    '',
  ].join('\n')
}
