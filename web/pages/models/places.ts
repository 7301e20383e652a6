import { isProblem, type Violation } from '../../api/problem.ts'

/** What was wrong at which field, by the JSON pointers of a refusal. */
export type Wrong = {
  /** What to say beside the field of a member; empty where nothing was wrong with it. */
  readonly at: (pointer: string) => string
  /** What belongs to none of the fields that were asked for. */
  readonly rest: (known: readonly string[]) => readonly string[]
  readonly isAny: (...pointers: readonly string[]) => boolean
}

const isWithin = (pointer: string, member: string): boolean =>
  pointer === member || pointer.startsWith(`${member}/`)

/** Of a refusal, with `within` taken off its pointers: fields know only their own. */
export function wrongOf(error: unknown, within: readonly string[]): Wrong {
  const found = isProblem(error) ? error.errors : []
  const errors: readonly Violation[] = found.map(({ pointer, detail }) => {
    const prefix = within.find((one) => isWithin(pointer, one)) ?? ''
    return { pointer: pointer.slice(prefix.length), detail }
  })
  return {
    at: (member) =>
      errors
        .filter(({ pointer }) => isWithin(pointer, member))
        .map(({ detail }) => sentence(detail))
        .join(' '),
    rest: (known) =>
      errors
        .filter(({ pointer }) => !known.some((member) => isWithin(pointer, member)))
        .map(({ pointer, detail }) => `${pointer} ${detail}`.trim()),
    isAny: (...members) =>
      errors.some(({ pointer }) => members.some((member) => isWithin(pointer, member))),
  }
}

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`)
