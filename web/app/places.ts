import type { Session } from '../api/types.ts'

/** A page that the rail, the palette and `g` and a letter lead to. */
export type Place = {
  readonly path:
    | '/queue'
    | '/suggestions'
    | '/import'
    | '/finders'
    | '/overview'
    | '/jobs'
    | '/tokens'
    | '/people'
    | '/profile'
  /** Filters that it opens with; they stand in the address like any others. */
  readonly search?: Readonly<Record<string, string>>
  readonly name: string
  /** `g` and this letter go there. */
  readonly letter: string
  readonly about: string
  /** Who may use it: the server refuses the others, the rail does not offer it to them. */
  readonly roles: readonly Session['role'][]
}

const everyone = ['coordinator', 'finder'] as const
const coordinators = ['coordinator'] as const

/** In the order of the rail. */
const places: readonly Place[] = [
  {
    path: '/queue',
    search: { status: 'open,waiting' },
    name: 'Queue',
    letter: 'q',
    about: 'Cases, most urgent first',
    roles: coordinators,
  },
  {
    path: '/suggestions',
    name: 'Suggestions',
    letter: 's',
    about: 'Are these two one vulnerability?',
    roles: coordinators,
  },
  { path: '/import', name: 'Import', letter: 'i', about: 'Hand in findings', roles: everyone },
  {
    path: '/finders',
    name: 'Finders',
    letter: 'f',
    about: 'Track records, with intervals',
    roles: coordinators,
  },
  {
    path: '/overview',
    name: 'Overview',
    letter: 'o',
    about: 'Funnel, arrivals and decisions',
    roles: coordinators,
  },
  {
    path: '/jobs',
    name: 'Jobs',
    letter: 'j',
    about: 'Work in the background',
    roles: coordinators,
  },
  {
    path: '/tokens',
    name: 'Tokens',
    letter: 't',
    about: 'Keys for machines that submit',
    roles: coordinators,
  },
  {
    path: '/people',
    name: 'People',
    letter: 'p',
    about: 'Organisations and who belongs to them',
    roles: coordinators,
  },
  {
    path: '/profile',
    name: 'Profile',
    letter: 'm',
    about: 'Your passkeys, recovery codes and sessions',
    roles: everyone,
  },
]

export const placesOf = (role: Session['role']): readonly Place[] =>
  places.filter(({ roles }) => roles.includes(role))
