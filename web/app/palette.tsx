import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type KeyboardEvent, useDeferredValue, useId, useRef, useState } from 'react'
import { listCases } from '../api/client.ts'
import type { CaseRow, Session } from '../api/types.ts'
import { classes } from '../ui/classes.ts'
import { Dialog } from '../ui/dialog.tsx'
import { placesOf } from './places.ts'
import { chooseTheme } from './theme.ts'

type PaletteProps = {
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly session: Session
}

type Choice = {
  readonly key: string
  readonly label: string
  readonly detail: string
  readonly run: () => void
}

/** Goes anywhere by a few letters: pages, actions and cases. */
export function Palette({ isOpen, onClose, session }: PaletteProps) {
  const field = useRef<HTMLInputElement>(null)
  return (
    <Dialog title="Go to" isOpen={isOpen} onClose={onClose} focus={field} isWide>
      <Chooser onClose={onClose} session={session} field={field} />
    </Dialog>
  )
}

type ChooserProps = Omit<PaletteProps, 'isOpen'> & {
  readonly field: React.RefObject<HTMLInputElement | null>
}

function Chooser({ onClose, session, field }: ChooserProps) {
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const choices = useChoices(text, session)
  const listId = useId()
  const chosen = Math.min(at, choices.length - 1)
  const take = (choice: Choice | undefined): void => {
    if (choice === undefined) return
    onClose()
    choice.run()
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0) {
      event.preventDefault()
      setAt((chosen + step + choices.length) % Math.max(choices.length, 1))
    } else if (event.key === 'Enter') take(choices[chosen])
  }
  return (
    <>
      <input
        ref={field}
        role="combobox"
        aria-label="Page, action or case"
        aria-expanded="true"
        aria-controls={listId}
        aria-activedescendant={choices[chosen] ? `${listId}-${chosen}` : undefined}
        autoComplete="off"
        placeholder="Page, action, or words of a case"
        className="field mt-3 w-full"
        value={text}
        onChange={({ target }) => {
          setText(target.value)
          setAt(0)
        }}
        onKeyDown={onKeyDown}
      />
      <div
        id={listId}
        role="listbox"
        aria-label="Where to"
        className="mt-2 h-[44dvh] overflow-y-auto"
      >
        {choices.map((choice, index) => (
          <div
            key={choice.key}
            id={`${listId}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === chosen}
            onClick={() => take(choice)}
            onKeyDown={onKeyDown}
            onPointerMove={() => setAt(index)}
            className={classes(
              'flex cursor-pointer justify-between gap-4 rounded px-2 py-1',
              index === chosen && 'bg-chosen',
            )}
          >
            <span className="truncate">{choice.label}</span>
            <span className="shrink-0 text-quiet">{choice.detail}</span>
          </div>
        ))}
      </div>
      <p role="status" className="spoken">
        {choices.length} choices
      </p>
    </>
  )
}

const casesShown = 12

function useChoices(text: string, session: Session): readonly Choice[] {
  const navigate = useNavigate()
  const words = useDeferredValue(text.trim())
  const { data } = useQuery({
    queryKey: ['palette', words],
    queryFn: ({ signal }) => listCases({ q: words, limit: casesShown }, signal),
    enabled: words.length > 1,
    staleTime: 30_000,
    placeholderData: (previous) => previous,
  })
  const fits = ({ label }: Choice): boolean =>
    label.toLowerCase().includes(text.trim().toLowerCase())
  const pages = placesOf(session.role).map(({ path, name, letter }) => ({
    key: path,
    label: name,
    detail: `g ${letter}`,
    run: () => void navigate({ to: path }),
  }))
  const actions = [
    { key: 'mine', label: 'My cases', search: { assignee: 'me', status: 'open,waiting' } },
    { key: 'free', label: 'Cases that nobody has', search: { assignee: 'nobody', status: 'open' } },
  ].map(({ search, ...choice }) => ({
    ...choice,
    detail: 'queue',
    run: () => void navigate({ to: '/queue', search }),
  }))
  const themes = (['light', 'dark', 'system'] as const).map((theme) => ({
    key: theme,
    label: `Theme: ${theme}`,
    detail: 'look',
    run: () => chooseTheme(theme),
  }))
  const caseChoice = (row: CaseRow): Choice => ({
    key: row.id,
    label: row.title,
    detail: `#${row.no}`,
    run: () => void navigate({ to: '/cases/$id', params: { id: row.id } }),
  })
  const found = words.length > 1 ? (data?.items ?? []) : []
  return [...[...pages, ...actions, ...themes].filter(fits), ...found.map(caseChoice)]
}
