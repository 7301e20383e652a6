import { lazy, Suspense } from 'react'
import type { Act, ActProps } from './about.ts'

const loadDialogs = () => import('./dialog-of.tsx').then(({ DialogOf }) => ({ default: DialogOf }))
const DialogOf = lazy(loadDialogs)

type CaseDialogsProps = ActProps & { readonly act: Act | null }

/** The dialogue of what a person is about to do, or nothing. Its code comes when it is opened. */
export function CaseDialogs({ act, cases, onClose }: CaseDialogsProps) {
  if (act === null) return null
  return (
    <Suspense>
      <DialogOf act={act} cases={cases} onClose={onClose} />
    </Suspense>
  )
}
