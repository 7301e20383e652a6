import { Link } from '@tanstack/react-router'
import type { Engagement } from '../../api/types.ts'
import { FormDialog } from '../../parts/actions/form.tsx'
import { lineOf } from '../../parts/outside-text.tsx'
import { Notice } from '../../ui/notice.tsx'
import { said } from '../../ui/toast.tsx'
import { ProposalTable, TermsTable } from './terms-table.tsx'
import { useSay } from './use-say.ts'
import { Diff } from './versions.tsx'

type AcceptProps = { readonly engagement: Engagement; readonly onClose: () => void }

/** Shows what is agreed to, and the digest that names exactly that. */
export function AcceptDialog({ engagement, onClose }: AcceptProps) {
  const say = useSay(engagement)
  const { versions, names, digest, evaluator, side, acceptedBy } = engagement
  const newest = versions.at(-1)
  if (newest === undefined) return null
  const { terms, independence } = newest.proposal
  const lacks = [
    ...(independence.some(({ organisation }) => organisation === evaluator.id)
      ? []
      : ['what the evaluator says of its independence']),
    ...(terms.people.length > 0 ? [] : ['the people who may ask the model']),
  ]
  const isLast = acceptedBy.some((one) => one !== side)
  return (
    <FormDialog
      title={`Accept version ${newest.number}?`}
      about={
        isLast
          ? `${lineOf(engagement[side === 'developer' ? 'evaluator' : 'developer'].name, 60)} accepted these very words: with yours it is agreed, and the window opens and closes by itself.`
          : 'It is agreed once both sides accept these very words.'
      }
      does="Accept these words"
      missing={null}
      run={async () => {
        await say({ kind: 'accept', digest })
        said('Accepted.')
      }}
      onClose={onClose}
      isWide
    >
      {lacks.length > 0 && (
        <Notice tone="warn">
          Nobody can accept it yet: it lacks {lacks.join(' and ')}. The evaluator adds that with a
          counter-proposal.{' '}
          {side === 'evaluator' && (
            <Link
              to="/models/$id"
              params={{ id: engagement.id }}
              search={{ form: 'counter' }}
              className="link"
            >
              Propose it now
            </Link>
          )}
        </Notice>
      )}
      <p className="font-mono text-small wrap-anywhere">SHA-256 {digest}</p>
      <TermsTable terms={terms} names={names} />
      <ProposalTable proposal={newest.proposal} names={names} />
      {newest.number > 1 && (
        <>
          <h3 className="heading">Against the version before</h3>
          <Diff version={newest} names={names} />
        </>
      )}
    </FormDialog>
  )
}
