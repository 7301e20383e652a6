import { type Id, idOf } from '#kernel/id.ts'

/** What people agree to; db/migrations says the same. */
export const agreementKinds = [
  ...(['participation', 'nda', 'conduct', 'antitrust', 'defensive-use'] as const),
] as const
export type AgreementKind = (typeof agreementKinds)[number]

export type AcceptanceId = Id<'acceptance'>
export const AcceptanceId = idOf('acceptance')

/** Of a text, in bytes of UTF-8: some forty pages. */
export const agreementBytesMax = 262_144

/** How long tokens go on after a later version, unless its publisher says otherwise. */
const tokenDays = 14

/** Nobody works on by a first version that nobody accepted. */
export const tokenDaysOf = (version: number, said: number | undefined): number =>
  said ?? (version === 1 ? 0 : tokenDays)

/** An agreement as the database keeps it: it keeps no other kind, so another word is a defect. */
export function agreementKindOf(text: string): AgreementKind {
  const found = agreementKinds.find((one) => one === text)
  if (found !== undefined) return found
  throw new TypeError(`not a kind of agreement: ${text}`)
}
