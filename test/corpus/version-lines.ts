import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { VersionScheme } from '#formats/version/scheme.ts'

/** One line of an order fixture: `a < b`, `a = b` or `a > b`. */
export type OrderLine = {
  readonly file: string
  readonly line: number
  readonly a: string
  readonly b: string
  readonly sign: -1 | 0 | 1
}

/** Where the order fixtures lie in the measuring data. */
export const orderFolder = [
  ...['fixtures', 'versions', 'google__osv-scalibr', 'semantic', 'testdata'],
] as const

/** The scheme of each fixture by the first word of its name. */
const schemes: Readonly<Record<string, VersionScheme>> = {
  alpine: 'apk',
  cran: 'cran',
  debian: 'deb',
  hackage: 'hackage',
  maven: 'maven',
  nuget: 'nuget',
  packagist: 'composer',
  pub: 'pub',
  pypi: 'pypi',
  redhat: 'rpm',
  rubygems: 'gem',
  semver: 'semver',
}

const signs: Readonly<Record<string, -1 | 0 | 1>> = { '<': -1, '=': 0, '>': 1 }

function parseLine(text: string): Pick<OrderLine, 'a' | 'b' | 'sign'> | null {
  const [a = '', mark = '', b = '', ...rest] = text.split(' ')
  const sign = signs[mark]
  return sign === undefined || rest.length > 0 ? null : { a, b, sign }
}

/** All order lines of a folder by scheme; a line that is none and no remark is an error. */
export function orderLines(folder: string): ReadonlyMap<VersionScheme, readonly OrderLine[]> {
  const found = new Map<VersionScheme, OrderLine[]>()
  for (const file of readdirSync(folder).sort()) {
    const scheme = schemes[file.split('-')[0] ?? '']
    if (!scheme) throw new Error(`no scheme for ${file}`)
    const lines = found.get(scheme) ?? []
    found.set(scheme, lines)
    for (const [index, text] of readFileSync(join(folder, file), 'utf8').split('\n').entries()) {
      if (text === '' || text.startsWith('# ') || text.startsWith('// ')) continue
      const line = parseLine(text)
      if (!line) throw new Error(`${file}:${index + 1}: ${text}`)
      lines.push({ file, line: index + 1, ...line })
    }
  }
  return found
}
