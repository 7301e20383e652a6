import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { TextSearch } from '../../app/search.ts'
import { actionWord, knownActions } from '../../parts/ledger-words.ts'
import { lineOf } from '../../parts/outside-text.tsx'
import { Button } from '../../ui/button.tsx'
import { membersQuery } from './queries.ts'

type FiltersProps = {
  readonly search: TextSearch
  readonly onGo: (change: TextSearch) => void
}

/** By person, action, record and days; all of them stand in the address. */
export function Filters({ search, onGo }: FiltersProps) {
  const { data } = useQuery(membersQuery)
  const people = new Map(
    (data?.items ?? []).flatMap((one) => one.people.map(({ id, name }) => [id, name] as const)),
  )
  const names = ['action', 'person', 'record', 'from', 'to'] as const
  const isFiltered = names.some((name) => search[name])
  return (
    <div className="flex flex-wrap items-end gap-2">
      <select
        aria-label="Person"
        className="field max-w-56"
        value={search['person'] ?? ''}
        onChange={({ target }) => onGo({ person: target.value })}
      >
        <option value="">Everybody</option>
        {[...people].map(([id, name]) => (
          <option key={id} value={id}>
            {lineOf(name, 60)}
          </option>
        ))}
      </select>
      <select
        aria-label="Action"
        className="field max-w-56"
        value={search['action'] ?? ''}
        onChange={({ target }) => onGo({ action: target.value })}
      >
        <option value="">Every action</option>
        {knownActions.map((action) => (
          <option key={action} value={action}>
            {actionWord(action)}
          </option>
        ))}
      </select>
      <RecordField key={search['record']} value={search['record'] ?? ''} onGo={onGo} />
      {(['from', 'to'] as const).map((name) => (
        <label key={name} className="text-small text-quiet">
          {name === 'from' ? 'From day (UTC) ' : 'To day (UTC) '}
          <input
            type="date"
            className="field"
            value={search[name] ?? ''}
            onChange={({ target }) => onGo({ [name]: target.value })}
          />
        </label>
      ))}
      {isFiltered && (
        <Button
          look="quiet"
          onClick={() => onGo(Object.fromEntries(names.map((name) => [name, ''])))}
        >
          Take filters away
        </Button>
      )}
    </div>
  )
}

type RecordFieldProps = {
  readonly value: string
  readonly onGo: FiltersProps['onGo']
}

/** An id is typed or pasted whole; it is asked for on Enter. */
function RecordField({ value, onGo }: RecordFieldProps) {
  const [typed, setTyped] = useState(value)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    onGo({ record: typed.trim() })
  }
  return (
    <form onSubmit={submit} className="flex gap-1">
      <input
        aria-label="Id of a case, person or other record"
        placeholder="Id of a record"
        className="field w-52 font-mono text-small"
        maxLength={500}
        value={typed}
        onChange={({ target }) => setTyped(target.value)}
      />
      <Button type="submit">Find</Button>
    </form>
  )
}
