import { useQuery } from '@tanstack/react-query'
import type { RefObject } from 'react'
import { peopleQuery } from '../../api/queries.ts'
import type { CaseQuery, CaseSort } from '../../api/types.ts'
import type { TextSearch } from '../../app/search.ts'
import { sortWords } from '../../parts/words.ts'
import { Button } from '../../ui/button.tsx'
import { Menu } from '../../ui/menu.tsx'
import { FilterPanel } from './filter-panel.tsx'
import { chipsOf, isSort, without } from './filters.ts'
import { SearchField } from './search-field.tsx'
import { ViewsMenu } from './views-menu.tsx'

type ToolbarProps = {
  readonly search: TextSearch
  readonly query: CaseQuery
  readonly onSearch: (search: TextSearch) => void
  readonly field: RefObject<HTMLInputElement | null>
  readonly onLeaveField: () => void
  readonly isFilterOpen: boolean
  readonly onFilterOpen: (isOpen: boolean) => void
}

const sorts: readonly CaseSort[] = ['priority', 'newest', 'oldest', 'reports', 'severity']

/** What the server does without being told: the best match where something is searched for. */
const usualSort = ({ q }: TextSearch): CaseSort => (q?.trim() ? 'relevance' : 'priority')

/** Search, filters, order and views; what is on stands below as chips. */
export function Toolbar(props: ToolbarProps) {
  const { search, query, onSearch } = props
  const usual = usualSort(search)
  const sort = isSort(search['sort']) ? search['sort'] : usual
  const offered = usual === 'relevance' ? [usual, ...sorts] : sorts
  return (
    <div className="space-y-2 px-3 pb-2">
      <div className="flex flex-wrap gap-2">
        <SearchField
          value={search['q'] ?? ''}
          onValue={(q) => onSearch({ ...search, q })}
          field={props.field}
          onLeave={props.onLeaveField}
        />
        <FilterPanel
          search={search}
          query={query}
          onSearch={onSearch}
          isOpen={props.isFilterOpen}
          onOpenChange={props.onFilterOpen}
        />
        <Menu
          trigger={<Button>{sortWords[sort]} ▾</Button>}
          items={offered.map((value) => ({
            label: sortWords[value],
            isChosen: value === sort,
            run: () =>
              onSearch(value === usual ? without(search, 'sort') : { ...search, sort: value }),
          }))}
        />
        <ViewsMenu search={search} onSearch={onSearch} />
      </div>
      <Chips search={search} onSearch={onSearch} />
    </div>
  )
}

function Chips({ search, onSearch }: Pick<ToolbarProps, 'search' | 'onSearch'>) {
  const { data: people } = useQuery(peopleQuery)
  const chips = chipsOf(search, people?.items ?? [])
  if (chips.length === 0) return null
  const none = (): void => {
    const { q, sort } = search
    onSearch({ ...(q ? { q } : {}), ...(sort ? { sort } : {}) })
  }
  return (
    <ul aria-label="Filters that are on" className="flex flex-wrap gap-1.5">
      {chips.map(({ name, title, says }) => (
        <li key={name}>
          <button
            type="button"
            onClick={() => onSearch(without(search, name))}
            className="inline-flex min-h-6 max-w-80 items-center gap-1 rounded-md bg-raised px-2 text-small hover:bg-hover max-rail:min-h-8"
          >
            <span className="truncate">
              <span className="text-quiet">{title}:</span> {says}
            </span>
            <span aria-hidden="true">✕</span>
            <span className="spoken">, take away</span>
          </button>
        </li>
      ))}
      {chips.length > 1 && (
        <li>
          <button type="button" onClick={none} className="link min-h-6 px-1 text-small">
            Take all away
          </button>
        </li>
      )}
    </ul>
  )
}
