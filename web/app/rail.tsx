import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useLocation, useNavigate } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { closeSession, switchOrganisation } from '../api/client.ts'
import { saysOf } from '../api/problem.ts'
import { approvalsQuery } from '../api/queries.ts'
import type { Session } from '../api/types.ts'
import { lineOf } from '../parts/outside-text.tsx'
import { roleWords } from '../parts/role-words.ts'
import { Button, Kbd } from '../ui/button.tsx'
import { Menu } from '../ui/menu.tsx'
import { complain } from '../ui/toast.tsx'
import { useLink } from './live.ts'
import { type Place, placesOf } from './places.ts'
import { chooseTheme, type Theme, useTheme } from './theme.ts'

type RailProps = {
  readonly session: Session
  readonly onPalette: () => void
  readonly onKeys: () => void
}

/** The left rail: only what the person may use. On a narrow screen it lies on top and scrolls. */
export function Rail({ session, onPalette, onKeys }: RailProps) {
  return (
    <header className="flex shrink-0 bg-raised max-rail:items-center max-rail:border-b rail:w-44 rail:flex-col rail:border-r border-rule">
      <div className="px-3 pt-3 pb-2 max-rail:hidden">
        <p className="truncate text-list font-semibold" title={session.instance.name}>
          {session.instance.name}
        </p>
        <LinkState />
      </div>
      <button
        type="button"
        onClick={onPalette}
        className="mx-2 mb-2 flex items-center justify-between rounded-md border border-rule bg-ground px-2 py-1 text-left text-quiet hover:border-edge max-rail:hidden"
      >
        Go to… <Kbd>ctrl k</Kbd>
      </button>
      <nav aria-label="Pages" className="min-w-0 grow max-rail:overflow-x-auto rail:px-2">
        <ul className="flex rail:flex-col">
          {placesOf(session).map((place) => (
            <li key={place.path}>
              <PlaceLink place={place} />
            </li>
          ))}
        </ul>
      </nav>
      <div className="flex shrink-0 gap-1 p-2 rail:flex-col rail:items-stretch">
        <Button look="quiet" hint="?" onClick={onKeys} className="max-rail:hidden justify-between">
          Keys
        </Button>
        <PersonMenu session={session} />
      </div>
    </header>
  )
}

function PlaceLink({ place }: { readonly place: Place }) {
  const link = useRef<HTMLAnchorElement>(null)
  const isHere = useLocation({ select: ({ pathname }) => pathname.startsWith(place.path) })
  useEffect(() => {
    // On a narrow screen the row of pages scrolls: where one is has to be in sight.
    if (isHere) link.current?.scrollIntoView({ block: 'nearest', inline: 'center' })
  }, [isHere])
  return (
    <Link
      ref={link}
      to={place.path}
      search={place.search ?? {}}
      activeOptions={{ includeSearch: false }}
      title={`${place.about} (g ${place.letter})`}
      className="block rounded-md px-2 py-1 whitespace-nowrap hover:bg-hover max-rail:rounded-none max-rail:px-3 max-rail:py-3"
      activeProps={{
        className: 'bg-chosen font-semibold',
        'aria-current': 'page',
      }}
    >
      {place.name}
      {place.path === '/approvals' && <WaitingForMe />}
    </Link>
  )
}

/** How many requests whoever is signed in could decide now. */
function WaitingForMe() {
  const { data } = useQuery(approvalsQuery)
  const count = data?.toDecide.filter(({ whyNot }) => whyNot === null).length ?? 0
  if (count === 0) return null
  return (
    <span className="ml-2 rounded-md border border-warn/40 bg-warn-ground px-1.5 text-small">
      {count}
      <span className="spoken"> for you to decide</span>
    </span>
  )
}

const linkWords = {
  connecting: 'Connecting…',
  live: 'Live',
  lost: 'Connection lost, trying again',
} as const

/** Whether others' changes arrive by themselves: a word and a mark. */
function LinkState() {
  const link = useLink()
  return (
    <p role="status" className="flex items-center gap-1.5 text-small text-quiet">
      <span aria-hidden="true" className={link === 'lost' ? 'text-danger' : 'text-good'}>
        {link === 'live' ? '●' : '○'}
      </span>
      {linkWords[link]}
    </p>
  )
}

const themes: readonly (readonly [Theme, string])[] = [
  ['system', 'Theme of the system'],
  ['light', 'Light theme'],
  ['dark', 'Dark theme'],
]

function PersonMenu({ session }: { readonly session: Session }) {
  const theme = useTheme()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const signOut = async (): Promise<void> => {
    try {
      await closeSession()
      queries.clear()
      await navigate({ to: '/sign-in' })
    } catch {
      complain('You are still signed in: the server does not answer. Try again.')
    }
  }
  const goOnFor = async (organisation: string): Promise<void> => {
    try {
      await switchOrganisation(organisation)
      // It is another session: nothing that was read in this one is kept.
      window.location.assign('/')
    } catch (error) {
      complain(saysOf(error))
    }
  }
  return (
    <Menu
      trigger={
        <Button look="quiet" className="justify-start overflow-hidden">
          <span className="truncate">{session.person.name}</span>
        </Button>
      }
      items={[
        ...themes.map(([value, label]) => ({
          label,
          isChosen: theme === value,
          run: () => chooseTheme(value),
        })),
        ...session.memberships
          .filter(({ organisation }) => organisation.id !== session.organisation.id)
          .map(({ organisation, role }) => ({
            label: `Go on for ${lineOf(organisation.name, 60)}`,
            detail: roleWords[role].word,
            run: () => void goOnFor(organisation.id),
          })),
        { label: 'Sign out', detail: session.organisation.name, run: () => void signOut() },
      ]}
    />
  )
}
