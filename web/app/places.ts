import type { Permission, Session } from '../api/types.ts'

/** A page that the rail, the palette and `g` and a letter lead to. */
export type Place = {
  readonly path:
    | '/queue'
    | '/suggestions'
    | '/import'
    | '/finders'
    | '/overview'
    | '/jobs'
    | '/workers'
    | '/tokens'
    | '/people'
    | '/approvals'
    | '/ledger'
    | '/alerts'
    | '/agreements'
    | '/profile'
    | '/read-ins'
    | '/models'
    | '/early-access'
    | '/evaluations'
    | '/packs'
  /** Filters that it opens with; they stand in the address like any others. */
  readonly search?: Readonly<Record<string, string>>
  readonly name: string
  /** `g` and this letter go there. */
  readonly letter: string
  readonly about: string
  /** Whoever lacks it, or each of several, is refused by the server and not offered the place. */
  readonly needs: Permission | readonly Permission[] | null
  /** Offered to those alone who have no permission at all, or to none of them. */
  readonly isForParticipants?: boolean
}

/** In the order of the rail. */
const places: readonly Place[] = [
  {
    path: '/queue',
    search: { status: 'open,waiting' },
    name: 'Queue',
    letter: 'q',
    about: 'Cases, most urgent first',
    needs: 'read',
  },
  {
    path: '/suggestions',
    name: 'Suggestions',
    letter: 's',
    about: 'Are these two one vulnerability?',
    needs: 'decide',
  },
  { path: '/import', name: 'Import', letter: 'i', about: 'Hand in findings', needs: 'hand-in' },
  {
    path: '/finders',
    name: 'Finders',
    letter: 'f',
    about: 'Track records, with intervals',
    needs: 'read',
  },
  {
    path: '/overview',
    name: 'Overview',
    letter: 'o',
    about: 'Funnel, arrivals and decisions',
    needs: 'read',
  },
  {
    path: '/models',
    name: 'Models',
    letter: 'd',
    about: 'Models that are offered to evaluators before their release',
    needs: ['offer', 'evaluate'],
  },
  {
    path: '/early-access',
    name: 'Early access',
    letter: 'v',
    about: 'Models that you were named for, and until when',
    needs: 'partake',
  },
  {
    path: '/evaluations',
    name: 'Evaluations',
    letter: 'n',
    about: 'Windows of access, runs in them, and what waits for you',
    needs: 'evaluate',
  },
  {
    path: '/packs',
    name: 'Packs',
    letter: 'b',
    about: 'Sealed tasks, and who may see or fetch them',
    needs: ['evaluate', 'offer'],
  },
  {
    path: '/jobs',
    name: 'Jobs',
    letter: 'j',
    about: 'Work in the background',
    needs: 'operate',
  },
  {
    path: '/workers',
    name: 'Workers',
    letter: 'k',
    about: 'Who runs proofs, and what waits for them',
    needs: 'operate',
  },
  {
    path: '/tokens',
    name: 'Tokens',
    letter: 't',
    about: 'Keys for programs: your own, and those of machines',
    needs: null,
    isForParticipants: false,
  },
  {
    path: '/people',
    name: 'People',
    letter: 'p',
    about: 'Organisations and who belongs to them',
    needs: 'audit',
  },
  {
    path: '/approvals',
    name: 'Approvals',
    letter: 'a',
    about: 'What takes two people',
    needs: null,
    isForParticipants: false,
  },
  {
    path: '/ledger',
    name: 'Ledger',
    letter: 'l',
    about: 'Who opened, changed or took away what',
    needs: 'audit',
  },
  {
    path: '/read-ins',
    name: 'My read-ins',
    letter: 'r',
    about: 'What you were read in to',
    needs: null,
    isForParticipants: true,
  },
  {
    path: '/alerts',
    name: 'Alerts',
    letter: 'w',
    about: 'Unusual openings of cases and proofs',
    needs: 'audit',
  },
  {
    path: '/agreements',
    name: 'Agreements',
    letter: 'e',
    about: 'What you agree to, and who accepted what',
    needs: null,
  },
  {
    path: '/profile',
    name: 'Profile',
    letter: 'm',
    about: 'Your passkeys, recovery codes and sessions',
    needs: null,
  },
]

/** Whether a page works before somebody accepted what they have to. */
export const isOpenBeforeAgreeing = (path: string): boolean =>
  ['/agreements', '/profile'].includes(path)

/** What somebody lacks for a page that they opened by its address; null where nothing is missing. */
export function missingFor(path: string, session: Session): Permission | null {
  const needs = path.startsWith('/cases/')
    ? 'read'
    : (places.find((place) => path === place.path || path.startsWith(`${place.path}/`))?.needs ??
      null)
  return holds(session, needs) ? null : (listed(needs)[0] ?? null)
}

const listed = (needs: Place['needs']): readonly Permission[] =>
  needs === null ? [] : [needs].flat()

const holds = ({ permissions }: Pick<Session, 'permissions'>, needs: Place['needs']): boolean =>
  needs === null || listed(needs).some((one) => permissions.includes(one))

export const placesOf = (session: Pick<Session, 'permissions'>): readonly Place[] =>
  places.filter(
    ({ needs, isForParticipants: isFor }) =>
      holds(session, needs) &&
      (isFor === undefined || isFor === (session.permissions.length === 0)),
  )
