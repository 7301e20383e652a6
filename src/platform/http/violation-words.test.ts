import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { validate } from './validate.ts'

const Act = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('accept'), digest: z.string() }),
  z.strictObject({ kind: z.enum(['pause', 'end']) }),
])

const Wish = z.strictObject({
  name: z.string().optional(),
  count: z.int().optional(),
  isLast: z.boolean().optional(),
  tags: z.array(z.string()).optional(),
  may: z.enum(['view', 'query']).optional(),
  version: z.literal(1).optional(),
  parts: z.strictObject({ one: z.number() }).optional(),
  moment: z.union([z.string(), z.null()]).optional(),
  own: z.string('has words of its own').optional(),
})

const table: readonly (readonly [wrong: object, at: string, words: string])[] = [
  [{ name: 3 }, '/name', 'is not a text'],
  [{ count: 1.5 }, '/count', 'is not a whole number'],
  [{ isLast: 'yes' }, '/isLast', 'is not true or false'],
  [{ tags: 'one' }, '/tags', 'is not a list'],
  [{ may: 'open' }, '/may', 'is not one of "view", "query"'],
  [{ version: 2 }, '/version', 'is not 1'],
  [{ parts: [] }, '/parts', 'is not an object'],
  [{ parts: {} }, '/parts/one', 'is missing: a number is needed'],
  [{ moment: 3 }, '/moment', 'is not a text'],
  [{ own: 3 }, '/own', 'has words of its own'],
]

const wrongIn = (shape: z.ZodType, value: unknown) => {
  const read = validate(shape, value, 'body')
  return read.ok ? [] : read.refusal.map(({ pointer, detail }) => [pointer, detail])
}

test('what is wrong is said in words, with its place', () => {
  for (const [wrong, at, words] of table) assert.deepEqual(wrongIn(Wish, wrong), [[at, words]])
})

test('a choice that is missing is told from one that is not there', () => {
  const words = '"accept", "pause", "end"'
  assert.deepEqual(wrongIn(Act, { kind: 'approve' }), [['/kind', `is not one of ${words}`]])
  assert.deepEqual(wrongIn(Act, {}), [['/kind', `is missing: one of ${words} is needed`]])
  assert.deepEqual(wrongIn(Act, { kind: 'accept' }), [['/digest', 'is missing: a text is needed']])
})

test('a long choice is named in part', () => {
  const many = z.enum(Array.from({ length: 31 }, (_, index) => `w${index}`))
  assert.match(String(wrongIn(many, 'x')), /"w29", …$/)
})
