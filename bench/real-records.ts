import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import type { Evidence } from '../src/features/correlate/evidence.ts'
import { evidenceOf } from '../src/features/correlate/evidence-of.ts'
import { cveDecoder } from '../src/formats/cve/decode.ts'
import { nvdDecoder } from '../src/formats/cve/nvd.ts'
import type { Decoder } from '../src/formats/finding/decoder.ts'
import { osvDecoder } from '../src/formats/osv/decode.ts'
import { sharedPath } from '../test/corpus/shared.ts'
import { random } from '../tools/train/bins.ts'

const corpora: readonly (readonly [string, Decoder])[] = [
  ['osv.jsonl.gz', osvDecoder],
  ['cve5_vulnrichment.jsonl.gz', cveDecoder],
  ['nvd11.jsonl.gz', nvdDecoder],
]

/** The real public records beside this checkout, one after another; none where they are absent. */
export function* realRecords(): Generator<Evidence> {
  for (const [name, decoder] of corpora) {
    const path = sharedPath('corpora', name)
    if (path === null) continue
    const lines = gunzipSync(readFileSync(path)).toString('utf8').split('\n')
    for (let from = 0; from < lines.length; from += 500) {
      const rows = lines
        .slice(from, from + 500)
        .flatMap((line, at) => (line ? [{ line: from + at + 1, value: JSON.parse(line) }] : []))
      const { findings } = decoder.decode({ kind: 'rows', rows, text: '' })
      // Public identifiers would make copies trivially equal; the text alone is searched.
      for (const found of findings) yield { ...evidenceOf(found, name, 'advisory'), aliases: [] }
    }
  }
}

/**
 * Real records, then rewritten ones without end: the sentences of one record with the component,
 * versions and identifiers of another and a share of its words swapped for words of a third, so
 * that the store grows like a real one, with new names and the old vocabulary.
 */
export function* manyRecords(): Generator<Evidence> {
  const real: Evidence[] = []
  let seen = 0
  for (const record of realRecords()) {
    // A sample is enough to rewrite from; all of them would count as memory of the store.
    if (seen++ % sampleStep === 0) real.push(record)
    yield record
  }
  const next = random(11)
  const pick = (): Evidence | undefined => real[Math.floor(next() * real.length)]
  for (let round = 0; real.length > 0; round++) {
    const [body, names, words] = [pick(), pick(), pick()]
    if (body && names && words) yield rewritten({ body, names, words, round, next })
  }
}

const swapShare = 0.25
const sampleStep = 20

function rewritten(from: {
  body: Evidence
  names: Evidence
  words: Evidence
  round: number
  next: () => number
}): Evidence {
  const { body, names, words, round, next } = from
  const donor = words.body.split(' ')
  const own = body.packages[0] ?? ''
  const name = `${names.packages[0] ?? 'component'}-${round % 5000}`
  const text = body.body
    .split(' ')
    .map((word) => (next() < swapShare ? (donor[Math.floor(next() * donor.length)] ?? word) : word))
    .join(' ')
  return {
    ...body,
    packages: [name],
    title: own ? body.title.replaceAll(own, name) : body.title,
    body: own ? text.replaceAll(own, name) : text,
    ranges: names.ranges,
    references: [],
  }
}
