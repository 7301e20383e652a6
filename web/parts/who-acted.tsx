import type { LedgerEntry } from '../api/types.ts'
import { lineOf } from './outside-text.tsx'

type WhoProps = { readonly entry: Pick<LedgerEntry, 'person' | 'role' | 'redacted'> }

/** Who did it: a person by name, the product itself, or somebody whose name was taken away. */
export function Who({ entry: { person, role, redacted } }: WhoProps) {
  if (person !== null)
    return <span className="font-semibold">{lineOf(person.name ?? person.id, 100)}</span>
  if (redacted.includes('actor')) return <span className="text-quiet">somebody (taken away)</span>
  return <span>{role === 'system' ? 'Parley' : 'somebody'}</span>
}
