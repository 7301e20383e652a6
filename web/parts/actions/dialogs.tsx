import type { CaseRow } from '../../api/types.ts'
import { ApartDialog } from './apart-dialog.tsx'
import { AssignDialog, SeverityDialog, VerdictDialog } from './choose-dialogs.tsx'
import { HoldDialog } from './hold-dialog.tsx'
import { MergeDialog } from './merge-dialog.tsx'
import { SplitDialog } from './split-dialog.tsx'
import { TitleDialog } from './title-dialog.tsx'

/** What a person is about to do to cases. */
export type Act =
  | 'assign'
  | 'verdict'
  | 'severity'
  | 'close'
  | 'wait'
  | 'merge'
  | 'split'
  | 'apart'
  | 'title'

export type ActProps = {
  /** At least one. The first is the one the others are merged into unless told otherwise. */
  readonly cases: readonly CaseRow[]
  readonly onClose: () => void
}

/** What a dialogue is about, in its second line: one title, or a count. */
export const aboutOf = (cases: readonly CaseRow[]): string => {
  const [first] = cases
  return cases.length === 1 && first ? `#${first.no} ${first.title}` : `${cases.length} cases`
}

type CaseDialogsProps = Omit<ActProps, 'cases'> & {
  readonly act: Act | null
  readonly cases: readonly CaseRow[]
}

/** The dialogue of what a person is about to do, or nothing. */
export function CaseDialogs({ act, cases, onClose }: CaseDialogsProps) {
  const [first] = cases
  if (act === null || first === undefined) return null
  const props = { cases, onClose }
  if (act === 'assign') return <AssignDialog {...props} />
  if (act === 'verdict') return <VerdictDialog {...props} />
  if (act === 'severity') return <SeverityDialog {...props} />
  if (act === 'close') return <HoldDialog {...props} status="closed" />
  if (act === 'wait') return <HoldDialog {...props} status="waiting" />
  if (act === 'merge') return <MergeDialog {...props} />
  if (act === 'split') return <SplitDialog found={first} onClose={onClose} />
  if (act === 'apart') return <ApartDialog {...props} />
  return <TitleDialog found={first} onClose={onClose} />
}
