import type { Role } from '#features/org/role.ts'

export type Who =
  | ('cleo' | 'vera' | 'bela' | 'anna' | 'tom' | 'rita' | 'otto' | 'fay' | 'max' | 'sable')
  | 'nobody'

type Member = {
  readonly who: Who
  readonly name: string
  readonly person: string
  readonly organisation: string
  /** What the organisation is called. */
  readonly of: string
  readonly role: Role
}

const staff = { organisation: 'org_staff001', of: 'Harbour CERT' } as const

/**
 * Who acts in both worlds. Cleo is cleared for everything and Sable hands in what is secret; all
 * others are cleared for the common label alone, and must not notice what the two do.
 */
export const cast: readonly Member[] = [
  { who: 'cleo', name: 'Cleo', person: 'person_cleo0001', role: 'coordinator', ...staff },
  { who: 'vera', name: 'Vera', person: 'person_vera0001', role: 'coordinator', ...staff },
  { who: 'bela', name: 'Bela', person: 'person_bela0001', role: 'coordinator', ...staff },
  { who: 'anna', name: 'Anna', person: 'person_anna0001', role: 'analyst', ...staff },
  { who: 'tom', name: 'Tom', person: 'person_tom00001', role: 'triager', ...staff },
  { who: 'rita', name: 'Rita', person: 'person_rita0001', role: 'reader', ...staff },
  { who: 'otto', name: 'Otto', person: 'person_otto0001', role: 'auditor', ...staff },
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

/** Everybody who must not notice. Bela may do everything that a role allows. */
export const outsiders: readonly Who[] = [
  ...(['bela', 'anna', 'tom', 'rita', 'otto', 'fay', 'max', 'nobody'] as const),
]
