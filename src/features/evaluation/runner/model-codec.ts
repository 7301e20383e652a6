import { isArray, isObject, type JsonObject } from '#formats/json/reader.ts'
import type { Ask, Said } from './model.ts'

/** What was said in an answer, and how it ended. */
export type Decoded = {
  readonly said: Said
  readonly stop: string | null
  readonly ending: 'whole' | 'refused' | 'blocked'
}

/** How one API is spoken. */
export type ModelCodec = {
  /** Below the base address. */
  readonly path: string
  readonly headersOf: (key: string) => Readonly<Record<string, string>>
  readonly bodyOf: (ask: Ask, model: string) => JsonObject
  /** Null for what is no answer of this API. */
  readonly saidIn: (answer: unknown) => Decoded | null
}

export const valueAt = (value: unknown, name: string): unknown =>
  isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined

export function textAt(value: unknown, name: string): string | null {
  const found = valueAt(value, name)
  return typeof found === 'string' ? found : null
}

/** The objects of a list; what else stands in it is passed over. */
export function objectsAt(value: unknown, name: string): readonly JsonObject[] {
  const found = valueAt(value, name)
  return isArray(found) ? found.filter(isObject) : []
}
