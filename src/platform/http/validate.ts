import type { z } from 'zod'
import { no, type Result, yes } from '#kernel/result.ts'
import type { Part, Violation } from './problem.ts'
import { pointerTo } from './strict-json.ts'
import { violationWords } from './violation-words.ts'

/** So many violations are listed; a request that is wrong in more places is wrong altogether. */
const violationsMax = 100

/** What a shape makes of a value, or everything that is wrong with it. */
export function validate<S extends z.ZodType>(
  shape: S,
  value: unknown,
  part: Part,
): Result<z.output<S>, readonly Violation[]> {
  const parsed = shape.safeParse(value, { error: violationWords })
  if (parsed.success) return yes(parsed.data)
  const found = parsed.error.issues.flatMap((issue) => violationsOf(issue, { part, base: '' }))
  return no(found.slice(0, violationsMax))
}

type Place = { readonly part: Part; readonly base: string }

function violationsOf(issue: z.core.$ZodIssue, { part, base }: Place): readonly Violation[] {
  const pointer = issue.path.reduce<string>((to, step) => pointerTo(to, String(step)), base)
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const detail = 'There is no such field here.'
      return { in: part, pointer: pointerTo(pointer, key.slice(0, 200)), detail }
    })
  }
  if (issue.code === 'invalid_union') {
    const nearest = nearestBranch(issue.errors)
    if (nearest.length > 0) {
      return nearest.flatMap((inner) => violationsOf(inner, { part, base: pointer }))
    }
  }
  return [{ in: part, pointer: pointer.slice(0, 1_000), detail: issue.message.slice(0, 500) }]
}

/** Of the branches of a union the one that least is wrong with: most likely what was meant. */
function nearestBranch(
  branches: readonly (readonly z.core.$ZodIssue[])[],
): readonly z.core.$ZodIssue[] {
  return branches.reduce<readonly z.core.$ZodIssue[]>(
    (best, branch) => (best.length === 0 || branch.length < best.length ? branch : best),
    [],
  )
}

/** Text from an address or a header, by name; a name that is there several times has a list. */
export type Texts = { readonly [name: string]: string | readonly string[] | undefined }

/**
 * Gives texts the types that a shape declares, so that shapes need no transforms: `limit=20` is a
 * number where the shape says number, `tag=a` a list where it says list. What does not look like
 * the declared type stays text, and the shape refuses it.
 */
export function typed(shape: z.ZodObject, texts: Texts): Record<string, unknown> {
  const typed: Record<string, unknown> = Object.create(null)
  for (const [name, text] of Object.entries(texts)) {
    const declared = Object.hasOwn(shape.shape, name) ? shape.shape[name] : undefined
    typed[name] = declared && text !== undefined ? typedAs(declared, text) : text
  }
  return typed
}

function typedAs(declared: z.core.$ZodType, text: string | readonly string[]): unknown {
  const { def } = declared._zod
  if (hasInner(def)) return typedAs(def.innerType, text)
  if (hasElement(def)) return [text].flat().map((one) => typedAs(def.element, one))
  if (typeof text !== 'string') return text
  const type: string = def.type
  if (type === 'number' && /^-?\d{1,16}(\.\d{1,16})?$/.test(text)) return Number(text)
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  return text
}

/** Optional, nullable, default and readonly shapes stand around another one. */
const hasInner = (def: object): def is { innerType: z.core.$ZodType } => 'innerType' in def

const hasElement = (def: object): def is { element: z.core.$ZodType } => 'element' in def

/** The query of an address; a name that is there several times has a list. */
export function textsOf(search: URLSearchParams): Texts {
  const texts: Record<string, string | readonly string[]> = Object.create(null)
  for (const name of new Set(search.keys())) {
    const all = search.getAll(name)
    texts[name] = all.length === 1 && all[0] !== undefined ? all[0] : all
  }
  return texts
}
