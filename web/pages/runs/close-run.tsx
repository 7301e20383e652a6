import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { closeRun } from '../../api/evaluations.ts'
import type { Run } from '../../api/types.ts'
import { useKeys } from '../../app/keys.ts'
import { runQuery, samplesQuery } from '../../parts/runs/queries.ts'
import { AskOnce } from '../../ui/ask-once.tsx'
import { Button } from '../../ui/button.tsx'
import { said } from '../../ui/toast.tsx'
import { counted } from '../../ui/words.ts'

/** Ends a run for good. */
export function CloseRun({ run }: { readonly run: Run }) {
  const queries = useQueryClient()
  const [isAsking, setIsAsking] = useState(false)
  useKeys('Run', [{ keys: ['c'], does: 'close the run', run: () => setIsAsking(true) }])
  const missing = run.expected.samples - run.finished
  const close = async (): Promise<void> => {
    queries.setQueryData(runQuery(run.id).queryKey, await closeRun(run.id))
    void queries.invalidateQueries({ queryKey: samplesQuery(run.id).queryKey })
    said(`Closed run ${run.number}`)
  }
  return (
    <>
      <Button hint="c" onClick={() => setIsAsking(true)}>
        Close the run
      </Button>
      {isAsking && (
        <AskOnce
          title={`Close run ${run.number}?`}
          about="No sample is taken for it any more, and that cannot be undone."
          {...(missing > 0
            ? {
                warning:
                  `${counted(missing, 'sample')} did not come in. They count as not run: the ` +
                  'verdict has to be the same with all of them failed and all of them solved.',
              }
            : {})}
          does="Close the run"
          keeps="Keep it open"
          run={close}
          onClose={() => setIsAsking(false)}
        />
      )}
    </>
  )
}
