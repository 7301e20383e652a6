import { loadable } from '../../ui/loadable.ts'
import { Opening } from '../../ui/opening.tsx'
import type { Act, ActProps } from './about.ts'

const dialogs = loadable(() => import('./dialog-of.tsx'))

type CaseDialogsProps = ActProps & { readonly act: Act | null }

/** The dialogue of what a person is about to do, or nothing. Its code comes when it is opened. */
export function CaseDialogs({ act, cases, onClose }: CaseDialogsProps) {
  const loaded = dialogs.use(act !== null)
  if (act === null) return null
  if (loaded === null) return <Opening />
  return <loaded.DialogOf act={act} cases={cases} onClose={onClose} />
}
