import { useState, useSyncExternalStore } from 'react'
import { proveByPasskey } from '../api/passkey.ts'
import { saysOf } from '../api/problem.ts'
import { endProof, isProofWanted, watchProof } from '../api/step-up.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Notice } from '../ui/notice.tsx'

/** Asks for the passkey where something wants it, above whatever is open. */
export function StepUp() {
  const isWanted = useSyncExternalStore(watchProof, isProofWanted)
  return isWanted ? <AskPasskey /> : null
}

function AskPasskey() {
  const [problem, setProblem] = useState<string | null>(null)
  const [isBusy, setIsBusy] = useState(false)
  const show = async (): Promise<void> => {
    setIsBusy(true)
    setProblem(null)
    try {
      await proveByPasskey()
      endProof('shown')
    } catch (error) {
      setProblem(saysOf(error))
      setIsBusy(false)
    }
  }
  return (
    <Dialog
      title="Show your passkey again"
      about="What you are about to do outlives this session, so it wants to know that it is you. It is done once you did, and for five minutes nothing asks again."
      isOpen
      onClose={() => endProof('cancelled')}
    >
      <div className="mt-3">{problem !== null && <Notice tone="danger">{problem}</Notice>}</div>
      <div className="mt-4 flex flex-wrap justify-end gap-2">
        <Button onClick={() => endProof('cancelled')}>Leave it</Button>
        <Button look="main" disabled={isBusy} onClick={() => void show()}>
          Use my passkey
        </Button>
      </div>
    </Dialog>
  )
}
