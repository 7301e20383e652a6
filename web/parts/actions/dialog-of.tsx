import type { Act, ActProps } from './about.ts'
import { ApartDialog } from './apart-dialog.tsx'
import { AssignDialog, SeverityDialog, VerdictDialog } from './choose-dialogs.tsx'
import { HoldDialog } from './hold-dialog.tsx'
import { LabelDialog } from './label-dialog.tsx'
import { MergeDialog } from './merge-dialog.tsx'
import { RelateDialog } from './relate-dialog.tsx'
import { SplitDialog } from './split-dialog.tsx'
import { TitleDialog } from './title-dialog.tsx'

type DialogOfProps = ActProps & { readonly act: Act }

/** The dialogue of each act. */
export function DialogOf({ act, cases, onClose }: DialogOfProps) {
  const [first] = cases
  if (first === undefined) return null
  const props = { cases, onClose }
  if (act === 'assign') return <AssignDialog {...props} />
  if (act === 'verdict') return <VerdictDialog {...props} />
  if (act === 'severity') return <SeverityDialog {...props} />
  if (act === 'close') return <HoldDialog {...props} status="closed" />
  if (act === 'wait') return <HoldDialog {...props} status="waiting" />
  if (act === 'merge') return <MergeDialog {...props} />
  if (act === 'split') return <SplitDialog found={first} onClose={onClose} />
  if (act === 'apart') return <ApartDialog {...props} />
  if (act === 'relate') return <RelateDialog {...props} />
  if (act === 'label') return <LabelDialog found={first} onClose={onClose} />
  return <TitleDialog found={first} onClose={onClose} />
}
