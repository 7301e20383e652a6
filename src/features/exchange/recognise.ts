import type { Decoded, Decoder, Material, Problem } from '#formats/finding/decoder.ts'
import { isArray, isObject } from '#formats/json/reader.ts'
import { looksLike, notText } from './looks.ts'
import { type Candidate, candidatesOf } from './material.ts'

/** What a text was read as: `format` is the decoder's name, or null when none claims it. */
export type Reading = { readonly format: string | null; readonly decoded: Decoded }

export type RecogniseOptions = {
  /** Most specific first: where two are not sure, the earlier one reads. */
  readonly decoders: readonly Decoder[]
  /** The name of the decoder to use whatever the content looks like. */
  readonly format?: string
}

/**
 * Finds the format of a text by its content and decodes it. Two formats that are equally and
 * well recognised decode nothing: which of them is meant is for a person to say.
 */
export function readText(text: string, options: RecogniseOptions): Reading {
  if (/^\s*$/.test(text)) return unread({ code: 'malformed', why: 'is empty', lost: true })
  if (options.format !== undefined) return readAs(options.format, text, options)
  const foreign = notText(text)
  let first: Candidate | null = null
  for (const candidate of candidatesOf(text)) {
    const { material } = candidate
    if (material.kind === 'text' && foreign) return unread(unreadable(foreign))
    const choice = choose(material, options.decoders)
    if (choice.is === 'one') return decoded(choice.decoder, candidate)
    const parts = partsOf(material)
    if (parts && isMixed(parts, options)) {
      return readParts(parts, { ...options, problems: candidate.problems })
    }
    if (choice.is === 'many') return unread(ambiguous(choice.decoders), candidate.problems)
    first ??= candidate
  }
  const material = first?.material ?? { kind: 'text', text }
  if (isEmptyList(material)) {
    const why = 'is an empty list; there is nothing to read'
    return unread({ code: 'unknown-format', why, lost: false }, first?.problems)
  }
  return unread(unknown(material), first?.problems)
}

/** What scanners write that found nothing: no format can be told from it, and nothing is lost. */
const isEmptyList = (material: Material): boolean =>
  material.kind === 'json' && isArray(material.value) && material.value.length === 0

type Choice =
  | { readonly is: 'one'; readonly decoder: Decoder }
  | { readonly is: 'many'; readonly decoders: readonly Decoder[] }
  | { readonly is: 'none' }

/** The decoder that is surest; several that are equally sure, and sure enough, are an ambiguity. */
function choose(material: Material, decoders: readonly Decoder[]): Choice {
  const judged = decoders.map((decoder) => ({ decoder, sure: judge(decoder, material) }))
  const most = judged.reduce((best, { sure }) => Math.max(best, sure), 0)
  const best = judged.filter(({ sure }) => sure === most).map(({ decoder }) => decoder)
  const [first] = best
  if (most === 0 || !first) return { is: 'none' }
  if (most >= 2 && best.length > 1) return { is: 'many', decoders: best }
  return { is: 'one', decoder: first }
}

/** Decoders are total; should one have a defect, it costs the document in hand and no other. */
function judge(decoder: Decoder, material: Material): 0 | 1 | 2 | 3 {
  try {
    return decoder.recognise(material)
  } catch {
    return 0
  }
}

function decodeAs(decoder: Decoder, material: Material): Decoded {
  try {
    return decoder.decode(material)
  } catch (error) {
    const why = `could not be decoded as ${decoder.name}: ${String(error).slice(0, 200)}`
    const hint = 'this is a defect in Parley, please report it'
    return {
      findings: [],
      components: [],
      problems: [{ code: 'malformed', why, hint, lost: true }],
    }
  }
}

function decoded(decoder: Decoder, candidate: Candidate): Reading {
  const { material, problems } = candidate.whole?.() ?? candidate
  const found = decodeAs(decoder, material)
  return {
    format: decoder.name,
    decoded: { ...found, problems: [...problems, ...found.problems] },
  }
}

/** One document of several in one text. */
type Part = { readonly value: unknown; readonly pointer: string; readonly line?: number }

/** The documents of a text that may each have a format of its own; null where there is only one. */
function partsOf(material: Material): readonly Part[] | null {
  if (material.kind === 'rows' && material.rows.length > 1) {
    return material.rows.map(({ line, value }) => ({ value, pointer: '', line }))
  }
  if (material.kind !== 'json' || !isArray(material.value) || material.value.length === 0) {
    return null
  }
  return material.value.map((value, at) => ({ value, pointer: `/${at}` }))
}

const mixedSampleMax = 5

/** Whether any of the first documents is known by itself, though they are not as a whole. */
const isMixed = (parts: readonly Part[], { decoders }: RecogniseOptions): boolean =>
  parts.slice(0, mixedSampleMax).some(({ value }) => {
    if (!isObject(value)) return false
    const material = materialOf(value)
    const choice = choose(material, decoders)
    return choice.is === 'one' && judge(choice.decoder, material) > 1
  })

const materialOf = (value: unknown): Material => ({
  ...{ kind: 'json', value },
  text: JSON.stringify(value),
})

type Mixture = RecogniseOptions & { readonly problems: readonly Problem[] }

/** Reads each document by itself; places inside it are moved to where it stands. */
function readParts(parts: readonly Part[], { decoders, problems }: Mixture): Reading {
  const formats = new Set<string>()
  const unreadParts: Problem[] = []
  const found: Decoded[] = parts.flatMap((part) => {
    const material = materialOf(part.value)
    const choice = choose(material, decoders)
    if (choice.is === 'one') {
      formats.add(choice.decoder.name)
      return [moved(decodeAs(choice.decoder, material), part)]
    }
    const isMany = choice.is === 'many'
    const problem = isMany ? ambiguous(choice.decoders) : unknown(material)
    unreadParts.push(movedProblem(problem, part))
    return []
  })
  return {
    format: [...formats].sort().join('+'),
    decoded: {
      findings: found.flatMap(({ findings }) => findings),
      components: found.flatMap(({ components }) => components),
      problems: [...problems, ...firstOf(unreadParts), ...found.flatMap((one) => one.problems)],
    },
  }
}

const partProblemsMax = 20

/** The first problems, and how many more there are. */
function firstOf(problems: readonly Problem[]): readonly Problem[] {
  const left = problems.length - partProblemsMax
  if (left <= 0) return problems
  const why = `${left} more documents of this file are in no format that is read here`
  return [...problems.slice(0, partProblemsMax), { code: 'unknown-format', why, lost: true }]
}

function moved(from: Decoded, { pointer, line }: Part): Decoded {
  const at = line === undefined ? {} : { line }
  return {
    ...from,
    findings: from.findings.map((finding) => ({
      ...finding,
      at: { ...finding.at, pointer: pointer + (finding.at.pointer ?? ''), ...at },
    })),
    problems: from.problems.map((problem) => movedProblem(problem, { pointer, ...at })),
  }
}

const movedProblem = (problem: Problem, { pointer, line }: Omit<Part, 'value'>): Problem => ({
  ...problem,
  pointer: pointer + (problem.pointer ?? ''),
  ...(line === undefined ? {} : { line }),
})

function readAs(format: string, text: string, { decoders }: RecogniseOptions): Reading {
  const decoder = decoders.find(({ name }) => name === format)
  if (!decoder) {
    const why = `no format is called "${format}"`
    return unread({ code: 'unknown-format', why, hint: known(decoders), lost: true })
  }
  const candidates = [...candidatesOf(text)]
  const [best] = candidates
    .map((candidate) => ({ candidate, sure: judge(decoder, candidate.material) }))
    .sort((one, other) => other.sure - one.sure)
  if (!best) return unread(unreadable('nothing'))
  return decoded(decoder, best.candidate)
}

const unread = (problem: Problem, others: readonly Problem[] = []): Reading => ({
  format: null,
  decoded: { findings: [], components: [], problems: [problem, ...others] },
})

function ambiguous(decoders: readonly Decoder[]): Problem {
  const names = decoders.map(({ name }) => name).sort()
  return {
    code: 'ambiguous-format',
    why: `is in ${names.length} formats at once: ${names.join(' and ')}`,
    hint: `say which is meant, for example with --format ${names[0]}`,
    lost: true,
  }
}

function unknown(material: Material): Problem {
  const why = `is in no format that is read here; it looks like ${looksLike(material)}`
  return { code: 'unknown-format', why, hint: knownHint, lost: true }
}

const knownHint = '"parley formats" lists what is read; --format NAME forces one'

const known = (decoders: readonly Decoder[]): string =>
  `formats read: ${decoders.map(({ name }) => name).join(', ')}; force one with --format NAME`

function unreadable(what: string): Problem {
  const isText = what.startsWith('UTF-16')
  return {
    code: 'unknown-format',
    why: `holds no text: it looks like ${what === 'binary' ? 'a binary file' : what}`,
    hint: isText ? 'convert it to UTF-8' : 'export it as text, JSON, XML or CSV first',
    lost: true,
  }
}
