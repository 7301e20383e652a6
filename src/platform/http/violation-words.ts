import type { z } from 'zod'

/** So many words of a choice are named; whoever needs more looks into `openapi.json`. */
const choicesMax = 30

/** What is needed, in the words of JSON. */
const kinds: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
  object: 'an object',
  record: 'an object',
  string: 'a text',
}

/**
 * Says what is wrong with a value where its shape does not say so itself; undefined leaves the
 * words to zod. A missing member is told from a wrong one: the one is forgotten, the other meant.
 */
export function violationWords(issue: z.core.$ZodRawIssue): string | undefined {
  const needed = neededBy(issue)
  if (needed === undefined) return undefined
  return isMissing(issue) ? `is missing: ${needed} is needed` : `is not ${needed}`
}

/** Of a union it is the whole object that was looked at, and a member that tells the branch. */
function isMissing({ code, input, discriminator }: z.core.$ZodRawIssue): boolean {
  if (code !== 'invalid_union' || typeof input !== 'object' || input === null) {
    return input === undefined
  }
  return typeof discriminator === 'string' && !Object.hasOwn(input, discriminator)
}

function neededBy(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === 'invalid_type') return kinds[issue.expected]
  if (issue.code === 'invalid_value') return choiceOf(issue.values)
  if (issue.code !== 'invalid_union' || !Array.isArray(issue.options)) return undefined
  return choiceOf(issue.options)
}

function choiceOf(values: readonly unknown[]): string {
  const named = values.slice(0, choicesMax).map((value) => JSON.stringify(value))
  const more = values.length > choicesMax ? ', …' : ''
  return values.length === 1 ? named.join() : `one of ${named.join(', ')}${more}`
}
