import { cweNumbers, distinct } from '#formats/advisory/identifiers.ts'
import { oneLine, paragraphs } from '#formats/advisory/prose.ts'
import { isCvssVector, severityOf } from '#formats/advisory/severity.ts'
import type { Component, Finding } from '#formats/finding/finding.ts'
import { present } from '#formats/finding/present.ts'
import type { Reader } from '#formats/json/reader.ts'
import { affectedOf, namesOf, upgradeTo } from '#formats/scanner/dependency.ts'
import { slashed } from '#formats/scanner/place.ts'
import { saysNothing } from '#formats/scanner/record.ts'

/** Paths to the package that are written out; the others are in the original. */
const pathsMax = 5

/** One flaw of one package; the entries differ only in the path by which it is reached. */
export function findingOf(
  entries: readonly Reader[],
  file: string | undefined,
): Finding | undefined {
  const [entry] = entries
  if (entry === undefined || saysNothing(entry, ['id', 'title'])) return undefined
  const id = entry.textish('id')
  const name = entry.text('packageName') ?? entry.text('name') ?? 'unnamed package'
  const identifiers = entry.object('identifiers')
  const vectors = distinct([entry.text('CVSSv3'), ...detailsOf(entry)]).filter(isCvssVector)
  const score = entry.number('cvssScore')
  const isScore = vectors.length === 0 && score !== undefined && score > 0 && score <= 10
  return present<Finding>({
    at: { pointer: entry.pointer },
    title: oneLine(`${entry.text('title') ?? id ?? 'Unnamed flaw'} in ${name}`),
    details: paragraphs([entry.text('description'), pathsOf(entries)]),
    tool: { name: 'snyk' },
    finders: distinct(entry.texts('credit')),
    rule: id === undefined ? undefined : { id },
    severity: severityOf(entry.text('severityWithCritical') ?? entry.text('severity')),
    cvss: vectors,
    score: isScore ? score : undefined,
    cwe: cweNumbers(identifiers.texts('CWE')),
    ...namesOf(
      undefined,
      ['CVE', 'GHSA', 'RUSTSEC'].flatMap((key) => identifiers.texts(key)),
    ),
    components: [componentOf(entry, name)],
    locations: file === undefined ? undefined : [{ file: slashed(file), role: 'related' }],
    symbols: symbolsOf(entry),
    references: distinct(entry.objects('references').map((link) => link.text('url'))),
    fix: upgradeTo(entry.texts('fixedIn'), name),
    published: entry.text('publicationTime') ?? entry.text('disclosureTime'),
    epss: probabilityOf(entry.object('epssDetails')),
    original: entries.length === 1 ? entry.value : entries.map(({ value }) => value),
  })
}

/** Vectors by source, in reports of 2022 and later. */
const detailsOf = (entry: Reader): (string | undefined)[] =>
  entry.objects('cvssDetails').map((one) => one.text('cvssV3Vector'))

function pathsOf(entries: readonly Reader[]): string | undefined {
  const paths = distinct(entries.map((entry) => entry.texts('from').join(' > ')))
  if (paths.length === 0) return undefined
  const more = paths.length > pathsMax ? [`- and ${paths.length - pathsMax} more`] : []
  const shown = paths.slice(0, pathsMax).map((path) => `- ${path}`)
  return ['Reached by:', ...shown, ...more].join('\n')
}

function componentOf(entry: Reader, name: string): Component {
  return present<Component>({
    name,
    ecosystem: entry.text('packageManager') ?? entry.text('language'),
    version: entry.textish('version'),
    ...affectedOf(entry.object('semver').textOrTexts('vulnerable')),
  })
}

/** Functions as `class.function`, in the older or the newer of two forms. */
function symbolsOf(entry: Reader): string[] {
  const listed = [...entry.objects('functions_new'), ...entry.objects('functions')]
  return distinct(
    listed.map((one) => {
      const id = one.object('functionId')
      const parts = [id.text('className'), id.text('functionName')]
      return parts.filter((part) => part !== undefined).join('.')
    }),
  )
}

function probabilityOf(details: Reader): number | undefined {
  const value = details.numberish('probability')
  return value !== undefined && value >= 0 && value <= 1 ? value : undefined
}
