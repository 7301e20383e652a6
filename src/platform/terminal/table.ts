import { type Paint, painter, type Style } from './screen.ts'
import { oneLine } from './visible.ts'
import { pad, widthOf } from './width.ts'

export type Column = {
  readonly title: string
  readonly align?: 'left' | 'right'
  /** Cells under which the column does not shrink. */
  readonly widthMin: number
  /** Cells over which it does not grow. */
  readonly widthMax?: number
  /** Left out on screens narrower than this. */
  readonly screenMin?: number
}

export type Cell = string | { readonly text: string; readonly style?: Style }

export type TableOptions = { readonly width: number; readonly paint?: Paint }

const gap = '  '

/**
 * A table as lines that fit the width: columns take what their texts need, and where that is too
 * much the widest give way first. Cells may hold text from outside: it cannot act on the terminal.
 */
export function tableLines(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  { width, paint = painter({ hasColour: false }) }: TableOptions,
): readonly string[] {
  const shown = columns.flatMap((column, at) => ((column.screenMin ?? 0) <= width ? [at] : []))
  const texts = rows.map((row) => shown.map((at) => oneLine(textOf(row[at]))))
  const kept = shown.flatMap((at) => columns[at] ?? [])
  const widths = fit(kept, naturalWidths(kept, texts), width)
  const line = (cells: readonly string[], styles: readonly (Style | undefined)[]): string =>
    cells
      .map((text, at) => paint(pad(text, widths[at] ?? 0, kept[at]?.align), styles[at]))
      .join(gap)
      .trimEnd()
  const header = line(
    kept.map(({ title }) => title),
    kept.map(() => 'bold'),
  )
  return [
    header,
    ...texts.map((cells, row) =>
      line(
        cells,
        shown.map((at) => styleOf(rows[row]?.[at])),
      ),
    ),
  ]
}

const textOf = (cell: Cell | undefined): string =>
  typeof cell === 'object' ? cell.text : (cell ?? '')
const styleOf = (cell: Cell | undefined): Style | undefined =>
  typeof cell === 'object' ? cell.style : undefined

function naturalWidths(
  columns: readonly Column[],
  texts: readonly (readonly string[])[],
): readonly number[] {
  return columns.map((column, at) => {
    const longest = texts.reduce(
      (most, row) => Math.max(most, widthOf(row[at] ?? '')),
      widthOf(column.title),
    )
    return Math.min(longest, column.widthMax ?? Number.POSITIVE_INFINITY)
  })
}

/** Takes cells from the widest column that may still shrink until all fit or none may. */
function fit(columns: readonly Column[], wanted: readonly number[], width: number): number[] {
  const widths = [...wanted]
  const floors = columns.map(({ widthMin }, at) => Math.min(widthMin, wanted[at] ?? 0))
  let excess = widths.reduce((sum, one) => sum + one, gap.length * (widths.length - 1)) - width
  while (excess > 0) {
    const able = widths.flatMap((one, at) => (one > (floors[at] ?? 0) ? [at] : []))
    const widest = able.reduce<number | null>(
      (best, at) => (best === null || (widths[at] ?? 0) > (widths[best] ?? 0) ? at : best),
      null,
    )
    if (widest === null) break
    const next = Math.max(0, ...able.filter((at) => at !== widest).map((at) => widths[at] ?? 0))
    const floor = Math.max(floors[widest] ?? 0, next - 1)
    const taken = Math.max(1, Math.min(excess, (widths[widest] ?? 0) - floor))
    widths[widest] = (widths[widest] ?? 0) - taken
    excess -= taken
  }
  return widths
}
