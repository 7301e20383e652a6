import { z } from 'zod'
import { nearestOf } from './nearest.ts'
import { type ProofProblem, pointerOf } from './problem.ts'

type Told = { readonly path?: readonly PropertyKey[]; readonly why: string; readonly hint?: string }

/** One issue of the shape in words: what is wrong, and what to do. */
export function problemsOfIssue(
  issue: z.core.$ZodIssue,
  shape: z.ZodType,
  lineOf: (pointer: string) => number | null,
): ProofProblem[] {
  return tellIssue(issue, shape).map(({ path = issue.path, why, hint }) => {
    const pointer = pointerOf(path)
    return { pointer, line: lineOf(pointer), why, ...(hint === undefined ? {} : { hint }) }
  })
}

function tellIssue(issue: z.core.$ZodIssue, shape: z.ZodType): Told[] {
  const { path, message } = issue
  if (path.length === 1 && path[0] === 'parley' && issue.code === 'invalid_value') {
    return [tellVersion(issue.values.map(String).join(' or '), issue.input)]
  }
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => tellUnknown(key, issue, shape))
    case 'invalid_type':
      return [tellType(issue.expected, issue.input)]
    case 'invalid_value':
      return [tellChoice(issue.values.map(String), issue.input)]
    case 'invalid_union':
      return [tellChoice(kindsAt(shape, path), kindOf(issue.input))]
    case 'invalid_key':
      return issue.issues.slice(0, 1).map((inner) => ({ why: `as a key ${inner.message}` }))
    case 'too_small':
      return [{ why: tellBound(issue.origin, 'least', Number(issue.minimum)) }]
    case 'too_big':
      return [{ why: tellBound(issue.origin, 'most', Number(issue.maximum)) }]
    default:
      return [{ why: message }]
  }
}

function tellVersion(read: string, found: unknown): Told {
  const hint = `the first line is: parley: ${read}`
  if (found === undefined)
    return { why: 'is missing: it says which version this is written in', hint }
  const version = typeof found === 'string' ? found.slice(0, 60) : typeof found
  const why = `is ${version}, a version that is not read here; ${read} is`
  return { why, hint: `write it as ${read}, or use a Parley that reads the other` }
}

function tellUnknown(key: string, { path, input }: z.core.$ZodIssue, shape: z.ZodType): Told {
  const names = namesAt(shape, path, kindOf(input))
  const nearest = nearestOf(key, names)
  const hint = nearest === null ? `known are: ${names.join(', ')}` : `did you mean ${nearest}?`
  return { path: [...path, key], why: 'is not a member of the format', hint }
}

const article: Readonly<Record<string, string>> = {
  ...{ string: 'a text', number: 'a number', int: 'a whole number', array: 'a list' },
  ...{ object: 'members (key: value)', record: 'members (key: value)' },
}

const typeOf = (found: unknown): string => {
  if (found === null) return 'nothing'
  if (Array.isArray(found)) return 'a list'
  return article[typeof found] ?? (typeof found === 'boolean' ? 'true or false' : typeof found)
}

function tellType(expected: string, found: unknown): Told {
  const wanted = article[expected] ?? expected
  if (found === undefined) return { why: `is missing: it must be ${wanted}` }
  const why = `must be ${wanted}, not ${typeOf(found)}`
  const isScalar = typeof found === 'number' || typeof found === 'boolean'
  return expected === 'string' && isScalar ? { why, hint: 'put it into quotes' } : { why }
}

function tellChoice(values: readonly string[], found: unknown): Told {
  const why = `must be ${values.length === 1 ? '' : 'one of '}${values.join(', ')}`
  if (found === undefined) return { why: `is missing: it ${why}` }
  const nearest = typeof found === 'string' ? nearestOf(found, values) : null
  return nearest === null ? { why } : { why, hint: `did you mean ${nearest}?` }
}

function tellBound(origin: string, which: 'least' | 'most', bound: number): string {
  const unit = { string: ' characters', array: ' items' }[origin] ?? ''
  return `must be ${unit === '' ? '' : 'of '}at ${which} ${bound}${unit}`
}

/** The objects that a shape lets stand at a place; several where kinds differ. */
function objectsAt(shape: z.ZodType, path: readonly PropertyKey[]): z.ZodObject[] {
  const inner = bareOf(shape)
  if (inner.length !== 1) return inner.flatMap((one) => objectsAt(one, path))
  const [only] = inner
  const [part, ...rest] = path
  if (only instanceof z.ZodArray && part !== undefined) return objectsAt(typeIn(only.element), rest)
  if (!(only instanceof z.ZodObject)) return []
  if (part === undefined) return [only]
  const member = Object.hasOwn(only.shape, part) ? only.shape[String(part)] : undefined
  return member === undefined ? [] : objectsAt(typeIn(member), rest)
}

/** Takes defaults and optionality away, and parts a union into its members. */
function bareOf(shape: z.ZodType): z.ZodType[] {
  if (shape instanceof z.ZodOptional || shape instanceof z.ZodDefault) {
    return bareOf(typeIn(shape.unwrap()))
  }
  if (shape instanceof z.ZodPrefault) return bareOf(typeIn(shape.unwrap()))
  if (shape instanceof z.ZodDiscriminatedUnion) return shape.options.map(typeIn)
  return [shape]
}

const nothing = z.never()
/** The library's inner types are of its core; all of ours are made with its classes. */
const typeIn = (inner: unknown): z.ZodType => (inner instanceof z.ZodType ? inner : nothing)

/** Which members may stand at a place; of a union, those of the kind that is said there. */
function namesAt(shape: z.ZodType, path: readonly PropertyKey[], kind: unknown): string[] {
  const all = objectsAt(shape, path)
  const meant = all.filter((one) => kindsOf(one).some((name) => name === kind))
  const members = (meant.length > 0 ? meant : all).flatMap((one) => Object.keys(one.shape))
  return [...new Set(members)]
}

/** The kinds of a union whose member `kind` stands at `path`. */
const kindsAt = (shape: z.ZodType, path: readonly PropertyKey[]): string[] =>
  objectsAt(shape, path.slice(0, -1)).flatMap(kindsOf)

function kindsOf({ shape: { kind } }: z.ZodObject): string[] {
  return kind instanceof z.ZodLiteral ? [...kind.values].map(String) : []
}

const kindOf = (found: unknown): unknown =>
  typeof found === 'object' && found !== null && 'kind' in found ? found.kind : undefined
