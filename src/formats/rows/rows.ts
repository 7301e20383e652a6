import { decodeDocuments, type Part, recogniseDocuments } from '#formats/advisory/documents.ts'
import { cweNumber, cweNumbersIn, distinct, publicIds } from '#formats/advisory/identifiers.ts'
import { oneLine, titleFrom } from '#formats/advisory/prose.ts'
import { isCvssVector, severityOf } from '#formats/advisory/severity.ts'
import type { Decoder } from '#formats/finding/decoder.ts'
import type { Component, Finding } from '#formats/finding/finding.ts'
import { present } from '#formats/finding/present.ts'
import type { JsonObject, Reader } from '#formats/json/reader.ts'
import { wordsOf } from './loose.ts'
import { rangesOf } from './range.ts'

/** Reads rows of reports, the input of `parley correlate`, one JSON object a row. */
export const rowsDecoder: Decoder = {
  name: 'rows',
  title: 'Report rows (JSON Lines)',
  source: 'the input contract of `parley correlate`, with 12,928 real rows in its form',
  recognise: (material) => recogniseDocuments(material, judge),
  decode: (material) => decodeDocuments(material, decodeRow),
}

function judge(row: JsonObject): 0 | 1 | 2 | 3 {
  const has = (key: string): boolean => Object.hasOwn(row, key)
  if (!has('report_id')) return 0
  return has('summary') || has('details') ? 3 : 1
}

function decodeRow(row: Reader): Part {
  const id = row.textish('report_id')
  if (id === undefined) {
    row.problem({ code: 'missing-field', why: 'a row without report_id', key: 'report_id' })
  }
  const [summary, details] = [joined(row, 'summary'), joined(row, 'details')]
  const source = row.textish('source')
  const components = componentsOf(row)
  const name = components[0]?.name
  const grade = gradeOf(row)
  const fallback = name === undefined ? `Report ${id ?? 'without text'}` : `Flaw in ${name}`
  const finding = present<Finding>({
    at: { pointer: row.pointer },
    title: (summary && oneLine(summary)) ?? titleFrom(details) ?? fallback,
    details,
    nativeId: id,
    tool: source === undefined ? undefined : { name: source },
    finders: source === undefined ? undefined : [source],
    severity: grade.words.flatMap((word) => severityOf(word) ?? [])[0],
    cvss: grade.vectors,
    score: grade.score,
    cwe: weaknessesOf(row),
    aliases: publicIds(wordsOf(row, 'aliases')),
    components,
    symbols: distinct(wordsOf(row, 'symbols')),
    references: distinct(wordsOf(row, 'references')),
    published: row.textish('published'),
    original: row.value,
  })
  return { findings: [finding] }
}

/** Prose that some rows give as a list of paragraphs. */
const joined = (row: Reader, key: string): string | undefined =>
  wordsOf(row, key).join('\n\n') || undefined

/** One component a package name; what is said of versions is said of all of them. */
function componentsOf(row: Reader): Component[] {
  const names = distinct([...wordsOf(row, 'package'), ...wordsOf(row, 'packages')])
  const [vendor] = wordsOf(row, 'vendor')
  const [ecosystem] = wordsOf(row, 'ecosystem')
  const { ranges, versions } = rangesOf(row)
  const named = names.length > 0 || vendor === undefined ? names : [vendor]
  if (named.length === 0 && ranges.length + versions.length > 0) {
    const why = 'versions are given, but no package that they are of'
    row.problem({ code: 'missing-field', why, key: 'package', lost: true })
  }
  return named.map((name) => present<Component>({ name, vendor, ecosystem, ranges, versions }))
}

/** Numbers of `CWE-79`, `79`, or of a text that lists several; `NVD-CWE-noinfo` is none. */
function weaknessesOf(row: Reader): number[] {
  const found = wordsOf(row, 'cwe').flatMap((text) => {
    const named = cweNumbersIn(text)
    if (named.length > 0) return named
    const number = cweNumber(text)
    if (number === undefined && !/noinfo|other|unknown|none/i.test(text)) {
      row.problem({ code: 'bad-value', why: `no CWE number: ${text.slice(0, 80)}`, key: 'cwe' })
    }
    return number ?? []
  })
  return [...new Set(found)]
}

type Grade = {
  readonly vectors: string[]
  readonly words: string[]
  readonly score: number | undefined
}

/** People write vectors, scores and words under `cvss`, and words under `severity`. */
function gradeOf(row: Reader): Grade {
  const given = [...wordsOf(row, 'cvss'), ...wordsOf(row, 'severity')]
  const vectors = distinct(given.filter(isCvssVector))
  const rest = given.filter((text) => !isCvssVector(text))
  const scores = rest.map(Number).filter((score) => score >= 0 && score <= 10)
  return { vectors, words: rest, score: scores[0] }
}
