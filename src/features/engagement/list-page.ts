import { z } from 'zod'
import { no, type Result, yes } from '#kernel/result.ts'
import { invalid } from '#platform/http/arrival.ts'
import type { Problem } from '#platform/http/problem.ts'
import type { DeskParts } from './desk.ts'

export const PageQuery = z.strictObject({
  after: z.string().max(400).optional(),
  limit: z.int().min(1).max(200).default(50),
})

/** Which rows a page is of, from the newest to the oldest: those before a number, so many. */
export type RowPage = { readonly before: number | null; readonly limit: number }

type Page = {
  /** What to ask the database for: one row more than is shown. */
  readonly rows: RowPage
  readonly cut: <T extends { readonly no: number }>(
    found: readonly T[],
  ) => { readonly shown: readonly T[]; readonly next: string | null }
}

/** A page of a list that goes from the newest to the oldest; refused where it goes on nowhere. */
export function pageOf(
  { cursors }: Pick<DeskParts, 'cursors'>,
  { after, limit }: Pick<z.output<typeof PageQuery>, 'after' | 'limit'>,
  of: Parameters<DeskParts['cursors']['open']>[1],
): Result<Page, Problem> {
  const place = after === undefined ? null : cursors.open(after, of)
  if (after !== undefined && place === null) {
    const detail = 'It is no place in this list.'
    return no(invalid([{ in: 'query', pointer: '/after', detail }]))
  }
  return yes({
    rows: { before: place === null ? null : Number(place), limit: limit + 1 },
    cut: (found) => {
      const shown = found.slice(0, limit)
      const last = found.length > limit ? shown.at(-1) : undefined
      return { shown, next: last === undefined ? null : cursors.seal(`${last.no}`, of) }
    },
  })
}
