import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { facetsQuery, peopleQuery, sessionQuery } from '../../api/queries.ts'
import type { CaseQuery, Facets } from '../../api/types.ts'
import type { TextSearch } from '../../app/search.ts'
import { Button } from '../../ui/button.tsx'
import { Popover } from '../../ui/popover.tsx'
import { grouped } from '../../ui/words.ts'
import { type Filter, filters, flipped, personWord, valuesOf } from './filters.ts'

type FilterPanelProps = {
  readonly search: TextSearch
  readonly query: CaseQuery
  readonly onSearch: (search: TextSearch) => void
  readonly isOpen: boolean
  readonly onOpenChange: (isOpen: boolean) => void
}

/** Every filter with how many cases each value would show. */
export function FilterPanel(props: FilterPanelProps) {
  const { search, query, onSearch, isOpen, onOpenChange } = props
  const { data } = useQuery({
    ...facetsQuery(query),
    enabled: isOpen,
    placeholderData: keepPreviousData,
  })
  const shown = filters.filter(({ name }) => name !== 'import')
  return (
    <Popover
      title="Filters"
      isOpen={isOpen}
      onOpenChange={onOpenChange}
      trigger={<Button hint="f">Filter</Button>}
    >
      <div className="gap-x-6 rail:columns-3">
        {shown.map((filter) => (
          <Group
            key={filter.name}
            filter={filter}
            search={search}
            facets={data}
            onFlip={(value) => onSearch(flipped(search, filter.name, value))}
          />
        ))}
      </div>
      {data?.isMore === true && (
        <p className="mt-3 text-quiet">Counted over the first cases that fit; there are more.</p>
      )}
    </Popover>
  )
}

type GroupProps = {
  readonly filter: Filter
  readonly search: TextSearch
  readonly facets: Facets | undefined
  readonly onFlip: (value: string) => void
}

function Group({ filter, search, facets, onFlip }: GroupProps) {
  const { data: people } = useQuery(peopleQuery)
  const { data: session } = useQuery(sessionQuery)
  const counts = new Map(facets?.facets[filter.name]?.map(({ value, count }) => [value, count]))
  const on = valuesOf(search, filter.name)
  const me = session?.person.id
  const isPeople = filter.name === 'assignee'
  const offered = isPeople
    ? ['me', 'nobody', ...(people?.items ?? []).flatMap(({ id }) => (id === me ? [] : [id]))]
    : (filter.values ?? [...counts.keys()].slice(0, 12))
  // What is on stays visible, even when no case has it.
  const values = [...new Set([...offered, ...on])]
  if (values.length === 0) return null
  const countOf = (value: string): number | undefined =>
    counts.get(value === 'me' ? (me ?? '') : value)
  return (
    <fieldset className="mb-3 min-w-0 break-inside-avoid">
      <legend className="heading">{filter.title}</legend>
      {values.map((value) => (
        <label key={value} className="flex items-center gap-2 py-0.5 max-rail:py-1.5">
          <input type="checkbox" checked={on.includes(value)} onChange={() => onFlip(value)} />
          <span className="min-w-0 grow truncate">
            {isPeople ? personWord(value, people?.items ?? []) : filter.wordOf(value)}
          </span>
          <span className="text-quiet">{countText(countOf(value), facets, filter)}</span>
        </label>
      ))}
    </fieldset>
  )
}

/** A value that the counts do not name has none, as long as the filter is counted at all. */
function countText(count: number | undefined, facets: Facets | undefined, filter: Filter): string {
  if (count !== undefined) return grouped(count)
  return facets?.facets[filter.name] === undefined ? '' : '0'
}
