import type { Role } from '#features/org/role.ts'

export type Who =
  | ('cleo' | 'ivo' | 'vera' | 'bela' | 'anna' | 'tom' | 'rita' | 'otto' | 'fay' | 'max' | 'sable')
  | ('dora' | 'una' | 'rex' | 'odo' | 'pia' | 'quin')
  | 'nobody'

type Member = {
  readonly who: Who
  readonly name: string
  readonly person: string
  readonly organisation: string
  /** What the organisation is called. */
  readonly of: string
  readonly role: Role
  /** Has no token: acts in sessions alone. */
  readonly isInPerson?: true
}

const staff = { organisation: 'org_staff001', of: 'Harbour CERT' } as const
const inPerson = { isInPerson: true } as const
const guest = { organisation: 'org_guests01', of: 'Reed Registry', ...inPerson } as const

/**
 * Who acts in both worlds. Cleo and Ivo are cleared for everything, Sable hands in what is secret,
 * and Quin is read in to it; all others are cleared for the common label alone, and must not notice
 * what the four do. Dora, Una, Rex, Odo and Pia have a session and no token, and Pia is read in to
 * common cases.
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
  ...(['dora', 'una', 'rex', 'odo', 'pia'] as const),
]
