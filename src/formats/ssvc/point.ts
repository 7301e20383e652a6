/**
 * A question of SSVC with its possible answers (a decision point), or the answers of a table (an
 * outcome group). Both are ordered sets: later values are more urgent (SSVC ADR 8 and 9).
 */
export type DecisionPoint<Name extends string = string, Value extends string = string> = {
  readonly name: Name
  /** `namespace:key:version`, which identifies it for everyone. */
  readonly id: string
  /** In plain words, lower case as the published tables write them, least urgent first. */
  readonly values: readonly Value[]
  /** The published short key of each value, in the same order. */
  readonly keys: readonly string[]
}

/** Puts a decision point together from `[value, key]` pairs, least urgent first. */
export const pointOf = <const Name extends string, const Value extends string>(
  id: string,
  name: Name,
  pairs: readonly (readonly [value: Value, key: string])[],
): DecisionPoint<Name, Value> => ({
  name,
  id,
  values: pairs.map(([value]) => value),
  keys: pairs.map(([, key]) => key),
})

/** Other spellings that published data use; `poc` is CISA's for "public poc". */
const spellings: Readonly<Record<string, string>> = { poc: 'public poc' }

/**
 * The value of a point that a text stands for: its name in any case, with blanks, hyphens or
 * underscores, or its key as published. Undefined for what is none of its values.
 */
export function valueIn<Value extends string>(
  point: DecisionPoint<string, Value>,
  text: string,
): Value | undefined {
  const trimmed = text.trim()
  const byKey = point.keys.indexOf(trimmed)
  if (byKey >= 0) return point.values[byKey]
  const plain = plainOf(trimmed)
  const name = Object.hasOwn(spellings, plain) ? plainOf(spellings[plain] ?? plain) : plain
  return point.values.find((value) => plainOf(value) === name)
}

const plainOf = (text: string): string =>
  text
    .slice(0, 80)
    .toLowerCase()
    .replace(/[\s_-]+/g, ' ')
