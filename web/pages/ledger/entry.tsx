import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { LedgerEntry } from '../../api/types.ts'
import { actionWord } from '../../parts/ledger-words.ts'
import { lineOf } from '../../parts/outside-text.tsx'
import { Who } from '../../parts/who-acted.tsx'
import { Button } from '../../ui/button.tsx'
import { ReadFailed } from '../../ui/notice.tsx'
import { Section } from '../../ui/section.tsx'
import { When } from '../../ui/when.tsx'
import { grouped } from '../../ui/words.ts'
import type { Checked } from './proof.ts'
import { entryQuery } from './queries.ts'

type EntryPartProps = { readonly index: string; readonly onClose: () => void }

/** One entry with everything that is known of it, and whether it is part of the checkpoint. */
export function EntryPart({ index, onClose }: EntryPartProps) {
  const { data, error, refetch } = useQuery(entryQuery(index))
  return (
    <Section
      title={`Entry ${lineOf(index, 20)}`}
      beside={
        <Button look="quiet" onClick={onClose}>
          Close
        </Button>
      }
    >
      {error && <ReadFailed error={error} retry={() => void refetch()} />}
      {data === undefined && !error && <p className="text-quiet">Reading…</p>}
      {data && (
        <>
          <Facts entry={data.found.entry} />
          <Proof checked={data.checked} steps={data.found.proof.length} />
          <details className="mt-2">
            <summary className="cursor-pointer">The bytes that are hashed</summary>
            <pre className="mt-1 font-mono text-small whitespace-pre-wrap wrap-anywhere">
              {data.found.leaf}
            </pre>
          </details>
        </>
      )}
    </Section>
  )
}

function Facts({ entry }: { readonly entry: LedgerEntry }) {
  const { at, action, person, organisation, role, kind, record, digest, reason } = entry
  return (
    <dl className="grid grid-cols-[6.5rem_minmax(0,1fr)] gap-x-3 gap-y-0.5">
      <Fact name="Who">
        <Who entry={entry} />
        {person && (
          <Link to="/ledger" search={{ person: person.id }} className="link ml-2">
            All of theirs
          </Link>
        )}
      </Fact>
      <Fact name="Did">{actionWord(action)}</Fact>
      <Fact name="When">
        <When at={at} />
      </Fact>
      {organisation && (
        <Fact name="For">
          {lineOf(organisation.name ?? organisation.id, 100)}, as {role}
        </Fact>
      )}
      {record !== null && (
        <Fact name={`The ${kind}`}>
          <span className="font-mono text-small">{lineOf(record, 200)}</span>
          <Link to="/ledger" search={{ record }} className="link ml-2">
            All of it
          </Link>
        </Fact>
      )}
      {reason !== null && <Fact name="Why">{lineOf(reason, 600)}</Fact>}
      {Object.entries(entry.fields).map(([name, value]) => (
        <Fact key={name} name={name}>
          {lineOf(value, 300)}
        </Fact>
      ))}
      {digest !== null && (
        <Fact name="Digest">
          <span className="font-mono text-small">{digest}</span>
        </Fact>
      )}
      {entry.redacted.length > 0 && <Fact name="Taken away">{entry.redacted.join(', ')}</Fact>}
      {entry.damaged.length > 0 && (
        <Fact name="Damaged">
          <span className="text-danger">✗ {entry.damaged.join(', ')}</span>
        </Fact>
      )}
    </dl>
  )
}

const Fact = ({ name, children }: { readonly name: string; readonly children: ReactNode }) => (
  <>
    <dt className="text-quiet">{name}</dt>
    <dd className="wrap-anywhere">{children}</dd>
  </>
)

function Proof({ checked, steps }: { readonly checked: Checked | null; readonly steps: number }) {
  if (checked === null) {
    return (
      <p className="mt-2 text-warn">
        ○ Not checked: browsers hash only on pages that came by https or from this machine.
      </p>
    )
  }
  if (!checked.isIncluded) {
    return (
      <p role="alert" className="mt-2 text-danger">
        ✗ This entry does not lead to the root of the checkpoint. Export the ledger and verify it.
      </p>
    )
  }
  return (
    <p className="mt-2 text-good">
      ✓ Your browser hashed this entry and {steps === 1 ? '1 hash' : `${grouped(steps)} hashes`}{' '}
      beside it: they lead to the root of the checkpoint of {grouped(checked.size)} entries.
      <span className="text-quiet">
        {' '}
        It does not check the signature; parley ledger verify does.
      </span>
    </p>
  )
}
