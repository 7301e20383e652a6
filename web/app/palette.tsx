import { useNavigate } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import type { Session } from '../api/types.ts'
import { useCaseChoices } from '../parts/case-search.ts'
import { type Choice, Chooser } from '../ui/chooser.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { placesOf } from './places.ts'
import { chooseTheme } from './theme.ts'

type PaletteProps = {
  readonly onClose: () => void
  readonly session: Session
}

/** Goes anywhere by a few letters: pages, actions and cases. */
export function Palette({ onClose, session }: PaletteProps) {
  const field = useRef<HTMLInputElement>(null)
  return (
    <Dialog title="Go to" isOpen onClose={onClose} focus={field} isWide>
      <Everything onClose={onClose} session={session} field={field} />
    </Dialog>
  )
}

type EverythingProps = PaletteProps & {
  readonly field: React.RefObject<HTMLInputElement | null>
}

function Everything({ onClose, session, field }: EverythingProps) {
  const [text, setText] = useState('')
  const navigate = useNavigate()
  const places = usePlaces(session)
  const cases = useCaseChoices(text, ({ id }) => {
    void navigate({ to: '/cases/$id', params: { id } })
  })
  const fits = ({ label }: Choice): boolean =>
    label.toLowerCase().includes(text.trim().toLowerCase())
  const choices = [...places.filter(fits), ...cases].map((choice) => ({
    ...choice,
    run: () => {
      onClose()
      choice.run()
    },
  }))
  return (
    <Chooser
      label="Page, action or case"
      placeholder="Page, action, or words of a case"
      choices={choices}
      text={text}
      onText={setText}
      field={field}
    />
  )
}

function usePlaces(session: Session): readonly Choice[] {
  const navigate = useNavigate()
  const pages = placesOf(session).map(({ path, search = {}, name, letter }) => ({
    key: path,
    label: name,
    detail: `g ${letter}`,
    run: () => void navigate({ to: path, search }),
  }))
  const lists = [
    { key: 'mine', label: 'My cases', search: { assignee: 'me', status: 'open,waiting' } },
    { key: 'free', label: 'Cases that nobody has', search: { assignee: 'nobody', status: 'open' } },
    { key: 'all', label: 'All cases, closed ones too', search: {} },
  ].map(({ search, ...choice }) => ({
    ...choice,
    detail: 'Queue',
    run: () => void navigate({ to: '/queue', search }),
  }))
  const themes = (['light', 'dark', 'system'] as const).map((theme) => ({
    key: theme,
    label: `Theme: ${theme}`,
    detail: 'Look',
    run: () => chooseTheme(theme),
  }))
  return [...pages, ...lists, ...themes]
}
