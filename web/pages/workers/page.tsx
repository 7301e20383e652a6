import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { proofQueueQuery, proofWorkersQuery } from '../../api/queries.ts'
import type { ProofQueue, ProofWorker } from '../../api/types.ts'
import { Notice, ReadFailed } from '../../ui/notice.tsx'
import { PageBody, PageHead } from '../../ui/page-head.tsx'
import { counted } from '../../ui/words.ts'
import { QueuePart } from './queue-part.tsx'
import { SwitchDialog } from './switch-dialog.tsx'
import { takes, workerState } from './words.ts'
import { WorkerTable } from './worker-table.tsx'

/** Who runs proofs and what waits for them. */
export function WorkersPage() {
  const workers = useQuery(proofWorkersQuery)
  const queue = useQuery(proofQueueQuery)
  const [asked, setAsked] = useState<ProofWorker | null>(null)
  const items = workers.data?.items ?? []
  const waits = queue.data?.waiting ?? 0
  return (
    <>
      <PageHead
        title="Workers"
        about={workers.data && queue.data ? aboutWords(items, queue.data) : 'Reading…'}
      />
      <PageBody>
        <div className="max-w-[1180px] space-y-3">
          {workers.error && (
            <ReadFailed error={workers.error} retry={() => void workers.refetch()} />
          )}
          {queue.error && <ReadFailed error={queue.error} retry={() => void queue.refetch()} />}
          {workers.data && waits > 0 && !items.some(takes) && (
            <Notice tone="warn">
              {counted(waits, 'proof')} {waits === 1 ? 'waits' : 'wait'} and nobody takes any. What
              was handed in is kept and runs as soon as a worker is there: start one with{' '}
              <code className="font-mono text-small">parley worker</code>.
            </Notice>
          )}
          {queue.data && <QueuePart queue={queue.data} />}
          {workers.data && <WorkerTable workers={items} onSwitch={setAsked} />}
        </div>
        {asked && <SwitchDialog worker={asked} onClose={() => setAsked(null)} />}
      </PageBody>
    </>
  )
}

function aboutWords(workers: readonly ProofWorker[], { waiting, running }: ProofQueue): string {
  const there = workers.filter((worker) => workerState(worker).is !== 'gone').length
  const whoIs =
    there === 0
      ? 'No worker is there'
      : `${counted(there, 'worker')} ${there === 1 ? 'is' : 'are'} there`
  return `${whoIs}. ${counted(running, 'proof')} running, ${waiting} waiting.`
}
