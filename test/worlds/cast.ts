import type { OrganisationKind } from '#features/org/organisation-kind.ts'
import type { Role } from '#features/org/role.ts'

export type Who =
  | ('cleo' | 'ivo' | 'vera' | 'bela' | 'anna' | 'tom' | 'rita' | 'otto' | 'fay' | 'max' | 'sable')
  | ('dora' | 'una' | 'rex' | 'odo' | 'pia' | 'quin')
  | ('lark' | 'eve' | 'gus' | 'lena' | 'ed' | 'ash' | 'pat')
  | 'nobody'

type Member = {
  readonly who: Who
  readonly name: string
  readonly person: string
  readonly organisation: string
  /** What the organisation is called. */
  readonly of: string
  /** What the organisation is, where it has to be something. */
  readonly kinds?: readonly OrganisationKind[]
  readonly role: Role
  /** Has no token: acts in sessions alone. */
  readonly isInPerson?: true
}

const staff = { organisation: 'org_staff001', of: 'Harbour CERT' } as const
const inPerson = { isInPerson: true } as const
const oak = { organisation: 'org_oakinst01', of: 'Oak Institute', kinds: ['evaluator'] } as const
const grid = { organisation: 'org_gridcoop1', of: 'Grid Cooperative', kinds: ['partner'] } as const
const guest = { organisation: 'org_guests01', of: 'Reed Registry', ...inPerson } as const

/**
 * Who acts in both worlds. Cleo and Ivo are cleared for everything, Sable hands in what is secret,
 * and Quin is read in to it; all others are cleared for the common label alone, and must not notice
 * what the four do. Dora, Una, Rex, Odo and Pia have a session and no token, and Pia is read in to
 * common cases. At the model desk Lark offers what is secret, to Eve, with Gus as the user of a
 * partner. Lena offers for another lab, Ash evaluates elsewhere, and Ed and Pat are colleagues of
 * Eve and of Gus: these four must not notice either.
 */
export const cast: readonly Member[] = [
  { who: 'cleo', name: 'Cleo', person: 'person_cleo0001', role: 'coordinator', ...staff },
  { who: 'ivo', name: 'Ivo', person: 'person_ivo00001', role: 'coordinator', ...staff },
  { who: 'vera', name: 'Vera', person: 'person_vera0001', role: 'coordinator', ...staff },
  { who: 'bela', name: 'Bela', person: 'person_bela0001', role: 'coordinator', ...staff },
  { who: 'anna', name: 'Anna', person: 'person_anna0001', role: 'analyst', ...staff },
  { who: 'tom', name: 'Tom', person: 'person_tom00001', role: 'triager', ...staff },
  { who: 'rita', name: 'Rita', person: 'person_rita0001', role: 'reader', ...staff },
  { who: 'otto', name: 'Otto', person: 'person_otto0001', role: 'auditor', ...staff },
  {
    who: 'dora',
    name: 'Dora',
    person: 'person_dora0001',
    role: 'coordinator',
    ...staff,
    ...inPerson,
  },
  { who: 'una', name: 'Una', person: 'person_una00001', role: 'analyst', ...staff, ...inPerson },
  { who: 'rex', name: 'Rex', person: 'person_rex00001', role: 'reader', ...staff, ...inPerson },
  { who: 'odo', name: 'Odo', person: 'person_odo00001', role: 'auditor', ...staff, ...inPerson },
  { who: 'pia', name: 'Pia', person: 'person_pia00001', role: 'participant', ...guest },
  { who: 'quin', name: 'Quin', person: 'person_quin0001', role: 'participant', ...guest },
  {
    ...{ who: 'fay', name: 'Fay', person: 'person_fay00001', role: 'finder' },
    ...{ organisation: 'org_finder01', of: 'Heron Lab' },
  },
  {
    ...{ who: 'max', name: 'Max', person: 'person_max00001', role: 'finder' },
    ...{ organisation: 'org_finder02', of: 'Basalt' },
  },
  {
    ...{ who: 'sable', name: 'Sable', person: 'person_sable001', role: 'finder' },
    ...{ organisation: 'org_finder03', of: 'Quiet Works' },
  },
  {
    ...{ who: 'lark', name: 'Lark', person: 'person_lark0001', role: 'developer' },
    ...{ organisation: 'org_larchlab1', of: 'Larch Lab', kinds: ['lab'] },
  },
  {
    ...{ who: 'lena', name: 'Lena', person: 'person_lena0001', role: 'developer' },
    ...{ organisation: 'org_elmlab001', of: 'Elm Lab', kinds: ['lab'] },
  },
  { who: 'eve', name: 'Eve', person: 'person_eve00001', role: 'evaluator', ...oak },
  { who: 'ed', name: 'Ed', person: 'person_ed000001', role: 'evaluator', ...oak },
  {
    ...{ who: 'ash', name: 'Ash', person: 'person_ash00001', role: 'evaluator' },
    ...{ organisation: 'org_ashinst01', of: 'Ash Institute', kinds: ['evaluator'] },
  },
  { who: 'gus', name: 'Gus', person: 'person_gus00001', role: 'partner', ...grid },
  { who: 'pat', name: 'Pat', person: 'person_pat00001', role: 'partner', ...grid },
]

/** An organisation with neither members nor tokens, in whose name honey is handed in. */
export const nobodys = 'Alder Works'

export function memberOf(who: Who): Member {
  const found = cast.find((one) => one.who === who)
  if (found !== undefined) return found
  throw new TypeError(`nobody of the cast: ${who}`)
}

/** Everybody who must not notice. Bela may do everything that a role allows. */
export const outsiders: readonly Who[] = [
  ...(['bela', 'anna', 'tom', 'rita', 'otto', 'fay', 'max', 'nobody'] as const),
  ...(['dora', 'una', 'rex', 'odo', 'pia', 'lena', 'ed', 'ash', 'pat'] as const),
]
