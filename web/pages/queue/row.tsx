import { Link } from '@tanstack/react-router'
import { memo } from 'react'
import type { CaseRow } from '../../api/types.ts'
import { caseName } from '../../parts/case-name.ts'
import { LabelMark } from '../../parts/label.tsx'
import {
  BandMark,
  EvidenceMark,
  PersonMark,
  SeverityMark,
  StatusMark,
  Tag,
} from '../../parts/marks.tsx'
import { lineOf } from '../../parts/outside-text.tsx'
import { classes } from '../../ui/classes.ts'
import { Age } from '../../ui/when.tsx'
import { counted } from '../../ui/words.ts'

/** Two lines of text and their space; every row has this height, so that nothing moves. */
export const rowPx = 48

type RowProps = {
  readonly row: CaseRow
  /** From 0. */
  readonly at: number
  readonly isCursor: boolean
  readonly isOpen: boolean
  readonly isChosen: boolean
  /** Whether it has the label that the head of the list tells. */
  readonly isUsual: boolean
  readonly onFlip: (row: CaseRow, isRange: boolean) => void
  readonly onPoint: (row: CaseRow) => void
  /** How far below the top of the list. */
  readonly topPx: number
}

/** One case of the list: how soon, how bad, what, who. */
export const Row = memo(function Row(props: RowProps) {
  const { row, at, isCursor, isOpen, isChosen, isUsual, onFlip, onPoint, topPx } = props
  return (
    <tr
      id={`row-${row.id}`}
      tabIndex={-1}
      aria-rowindex={at + 1}
      aria-selected={isChosen}
      {...(isOpen ? { 'aria-current': 'true' as const } : {})}
      onClick={() => onPoint(row)}
      style={{ transform: `translateY(${topPx}px)` }}
      className={classes(
        'absolute inset-x-0 top-0 flex h-12 items-center gap-3 border-b border-rule pr-3 pl-1',
        isOpen || isChosen ? 'bg-chosen' : isCursor ? 'bg-hover' : 'hover:bg-hover',
        isCursor && 'shadow-[inset_3px_0_0_var(--accent)]',
      )}
    >
      <td className="shrink-0">
        <label className="grid size-9 place-items-center">
          <input
            type="checkbox"
            tabIndex={-1}
            aria-label={`Choose ${caseName(row.id)}`}
            checked={isChosen}
            onClick={(event) => {
              event.stopPropagation()
              onFlip(row, event.shiftKey)
            }}
            onChange={() => undefined}
          />
        </label>
      </td>
      <Cells {...{ row, isUsual }} />
    </tr>
  )
})

function Cells({ row, isUsual }: Pick<RowProps, 'row' | 'isUsual'>) {
  return (
    <>
      <td className="flex w-21 shrink-0 flex-col @max-[559px]:w-4 @max-[559px]:overflow-hidden">
        <BandMark band={row.band} />
        <SeverityMark severity={row.severity} />
      </td>
      <td className="min-w-0 grow">
        <span className="flex min-w-0 items-center gap-2">
          <Link
            to="/queue/$id"
            params={{ id: row.id }}
            search={true}
            tabIndex={-1}
            dir="auto"
            className="truncate font-medium"
          >
            {lineOf(row.title)}
          </Link>
          <span className="flex shrink-0 gap-1 @max-[559px]:hidden">
            {row.isExploited && <Tag tone="danger">Exploited</Tag>}
            {row.suggestions > 0 && <Tag tone="warn">Same as another?</Tag>}
          </span>
        </span>
        <span className="block truncate text-small leading-4 text-quiet">
          {row.isExploited && <span className="text-danger @min-[560px]:hidden">Exploited · </span>}
          {!isUsual && <LabelMark label={row.label} />} {caseName(row.id)} ·{' '}
          {lineOf(row.packages.join(', ') || 'no package named', 80)}
          {row.aliases.length > 0 && ` · ${lineOf(row.aliases.join(', '), 60)}`} ·{' '}
          {counted(row.reports, 'report')} by {counted(row.finders, 'finder')}
          {row.goneAt !== null && ' · no longer seen'}
        </span>
      </td>
      <td className="hidden w-24 shrink-0 @min-[840px]:block">
        <EvidenceMark evidence={row.evidence} />
      </td>
      <td className="hidden w-20 shrink-0 @min-[560px]:block">
        <StatusMark status={row.status} />
      </td>
      <td className="hidden w-32 shrink-0 @min-[700px]:flex">
        <PersonMark person={row.assignee} />
      </td>
      <td className="w-11 shrink-0 text-right text-quiet @max-[420px]:hidden">
        <Age at={row.lastReportedAt} />
      </td>
    </>
  )
}
