import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { signInByPasskey } from '../api/passkey.ts'
import { saysOf } from '../api/problem.ts'
import { sessionQuery } from '../api/queries.ts'
import { Button } from '../ui/button.tsx'
import { Empty, Notice } from '../ui/notice.tsx'

/** What stands in the place of a page while a passkey is asked of somebody. */
export const FactorGate = () => (
  <Empty title="Your role needs a passkey" isWholePage>
    <p>
      You signed in another way, so until you sign in with a passkey only your profile works here.
      If you have none yet, add one there first.
    </p>
    <UsePasskey />
  </Empty>
)

/** The same on the profile, above what adds one. */
export const FactorNotice = () => (
  <div className="px-4 pt-3">
    <Notice tone="warn">
      <p className="max-w-[75ch]">
        Your role needs a passkey. Add one here if you have none, then sign in with it.
      </p>
      <UsePasskey isOnProfile />
    </Notice>
  </div>
)

function UsePasskey({ isOnProfile = false }: { readonly isOnProfile?: boolean }) {
  const queries = useQueryClient()
  const [problem, setProblem] = useState<string | null>(null)
  const use = async (): Promise<void> => {
    try {
      const session = await signInByPasskey()
      // The passkey may be of somebody else: nothing of before is theirs to see.
      queries.clear()
      queries.setQueryData(sessionQuery.queryKey, session)
      window.location.reload()
    } catch (error) {
      setProblem(saysOf(error))
    }
  }
  return (
    <>
      {problem !== null && <Notice tone="danger">{problem}</Notice>}
      <p className="mt-2 flex flex-wrap items-center gap-3">
        <Button look="main" onClick={() => void use()}>
          Sign in with my passkey
        </Button>
        {!isOnProfile && (
          <Link to="/profile" className="link">
            Go to my profile
          </Link>
        )}
      </p>
    </>
  )
}
