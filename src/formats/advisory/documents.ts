import type { Decoded, Material, Problem } from '#formats/finding/decoder.ts'
import type { Component, Finding } from '#formats/finding/finding.ts'
import { isArray, isObject, type JsonObject, pointerTo, Reader } from '#formats/json/reader.ts'

/** What one JSON document gave; its problems went to the reader. */
export type Part = {
  readonly spec?: string | undefined
  readonly findings?: readonly Finding[]
  readonly components?: readonly Component[]
}

type Place = { readonly value: unknown; readonly pointer: string; readonly line?: number }

/** How many documents of a list are looked at before its format is judged. */
const judgedMax = 5

/**
 * The documents of a material as people ship them: one JSON document, an array of documents, an
 * array of pages of them, or one document a row. Anything else holds none.
 */
function placesIn(material: Material): readonly Place[] {
  if (material.kind === 'json') return opened({ value: material.value, pointer: '' })
  if (material.kind !== 'rows') return []
  return material.rows.flatMap(({ line, value }) => opened({ value, pointer: '', line }))
}

/** The members of an array and of the arrays in it; any other value is one document. */
function opened(place: Place, depth = 0): readonly Place[] {
  const { value, pointer } = place
  if (!isArray(value) || depth === 2) return [place]
  return value.flatMap((item, index) =>
    opened({ ...place, value: item, pointer: pointerTo(pointer, index) }, depth + 1),
  )
}

/**
 * Decodes every document of a material on its own, so that one bad document costs itself only.
 * Findings and problems get the line of their row where the material has rows.
 */
export function decodeDocuments(
  material: Material,
  decodeOne: (document: Reader) => Part,
): Decoded {
  if (material.kind !== 'json' && material.kind !== 'rows') {
    const why = `expected JSON, found ${material.kind}`
    return { findings: [], components: [], problems: [{ code: 'unknown-format', why, lost: true }] }
  }
  const findings: Finding[] = []
  const components: Component[] = []
  const problems: Problem[] = []
  let spec: string | undefined
  for (const { value, pointer, line } of placesIn(material)) {
    const heard: Problem[] = []
    const document = new Reader(value, pointer, heard)
    const part = isObject(value) ? decodeOne(document) : notAnObject(document)
    spec ??= part.spec
    for (const found of part.findings ?? [])
      findings.push(line === undefined ? found : onLine(found, line))
    for (const found of part.components ?? []) components.push(found)
    for (const found of withoutRepeats(heard))
      problems.push(line === undefined ? found : { ...found, line })
  }
  return { ...(spec === undefined ? {} : { spec }), findings, components, problems }
}

/** A member that is read twice complains twice. */
function withoutRepeats(problems: readonly Problem[]): Iterable<Problem> {
  if (problems.length < 2) return problems
  const keyOf = ({ code, pointer, why }: Problem): string => [code, pointer, why].join('\n')
  return new Map(problems.map((problem) => [keyOf(problem), problem])).values()
}

const onLine = (finding: Finding, line: number): Finding => ({
  ...finding,
  at: { ...finding.at, line },
})

function notAnObject(document: Reader): Part {
  document.problem({ code: 'wrong-type', why: 'expected an object, one document', lost: true })
  return {}
}

/** The surest judgement over the first documents of a material; 0 for what is no JSON. */
export function recogniseDocuments(
  material: Material,
  judge: (document: JsonObject) => 0 | 1 | 2 | 3,
): 0 | 1 | 2 | 3 {
  let best: 0 | 1 | 2 | 3 = 0
  for (const { value } of firstOf(material)) {
    const found = isObject(value) ? judge(value) : 0
    if (found > best) best = found
  }
  return best
}

/** The first documents, without walking the rest. */
function firstOf(material: Material): readonly Place[] {
  if (material.kind === 'rows') {
    return placesIn({ ...material, rows: material.rows.slice(0, judgedMax) })
  }
  if (material.kind !== 'json' || !isArray(material.value)) return placesIn(material)
  return placesIn({ ...material, value: material.value.slice(0, judgedMax) })
}
