import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { removeView, saveView } from '../../api/client.ts'
import { saysOf } from '../../api/problem.ts'
import { viewsQuery } from '../../api/queries.ts'
import type { SavedView } from '../../api/types.ts'
import { parseSearch, stringifySearch, type TextSearch } from '../../app/search.ts'
import { FormDialog } from '../../parts/actions/form.tsx'
import { lineOf } from '../../parts/outside-text.tsx'
import { Button } from '../../ui/button.tsx'
import { Menu } from '../../ui/menu.tsx'
import { complain, said } from '../../ui/toast.tsx'
import { without } from './filters.ts'

type ViewsMenuProps = {
  readonly search: TextSearch
  readonly onSearch: (search: TextSearch) => void
}

/** Filters under a name: shown, saved and removed here. */
export function ViewsMenu({ search, onSearch }: ViewsMenuProps) {
  const queries = useQueryClient()
  const { data } = useQuery(viewsQuery)
  const [isNaming, setIsNaming] = useState(false)
  const now = textOf(search)
  const views = data?.items ?? []
  const current = views.find(({ query }) => query === now)
  const readAgain = () => queries.invalidateQueries({ queryKey: viewsQuery.queryKey })
  const removal = useMutation({
    mutationFn: ({ id }: SavedView) => removeView(id),
    onSuccess: (_, { name, query }) => {
      said(`The view "${lineOf(name, 60)}" is removed.`, () => {
        void saveView(name, query).then(readAgain)
      })
      void readAgain()
    },
    onError: (error) => complain(saysOf(error)),
  })
  return (
    <>
      <Menu
        trigger={<Button>{current ? lineOf(current.name, 24) : 'Views'} ▾</Button>}
        items={[
          ...views.map((view) => ({
            label: lineOf(view.name, 60),
            isChosen: view === current,
            run: () => onSearch(parseSearch(view.query)),
          })),
          {
            label: 'Save these filters as a view…',
            isOff: now === '' || current !== undefined,
            run: () => setIsNaming(true),
          },
          ...(current
            ? [
                {
                  label: `Remove "${lineOf(current.name, 40)}"`,
                  run: () => removal.mutate(current),
                },
              ]
            : []),
        ]}
      />
      {isNaming && (
        <NameDialog
          onClose={() => setIsNaming(false)}
          onName={async (name) => {
            await saveView(name, now)
            await readAgain()
            said(`Saved as "${name}".`)
          }}
        />
      )}
    </>
  )
}

/** The filters as one text, whatever their order in the address. */
const textOf = (search: TextSearch): string => {
  const sorted = Object.entries(without(search, 'after')).sort(([a], [b]) => (a < b ? -1 : 1))
  return stringifySearch(Object.fromEntries(sorted)).slice(1)
}

type NameDialogProps = {
  readonly onClose: () => void
  readonly onName: (name: string) => Promise<void>
}

function NameDialog({ onClose, onName }: NameDialogProps) {
  const [name, setName] = useState('')
  const field = useRef<HTMLInputElement>(null)
  return (
    <FormDialog
      title="Save as a view"
      about="Views are yours: nobody else sees them."
      does="Save"
      missing={name.trim() === '' ? 'Give it a name.' : null}
      onClose={onClose}
      focus={field}
      run={() => onName(name.trim())}
    >
      <label className="block">
        Name
        <input
          ref={field}
          maxLength={100}
          value={name}
          onChange={({ target }) => setName(target.value)}
          className="field mt-1 w-full"
        />
      </label>
    </FormDialog>
  )
}
