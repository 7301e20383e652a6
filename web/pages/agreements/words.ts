import { queryOptions } from '@tanstack/react-query'
import { getAgreement, listAcceptances, listAgreements } from '../../api/client.ts'
import type { AgreementFace } from '../../api/types.ts'
import { roleWords } from '../../parts/role-words.ts'
import { counted } from '../../ui/words.ts'

type Kind = AgreementFace['kind']

/** What each kind is called, and what it is for. */
export const kindWords: Readonly<Record<Kind, { readonly word: string; readonly means: string }>> =
  {
    participation: { word: 'Participation', means: 'how people work together here' },
    nda: { word: 'Nondisclosure', means: 'what stays between those who are told' },
    conduct: { word: 'Code of conduct', means: 'how people treat each other' },
    antitrust: { word: 'Antitrust', means: 'what competitors do not talk about' },
    'defensive-use': { word: 'Defensive use', means: 'that what is learned here only defends' },
  }

const isKind = (text: string): text is Kind => Object.hasOwn(kindWords, text)
export const kinds: readonly Kind[] = Object.keys(kindWords).filter(isKind)
export const kindIn = (text: string): Kind => (isKind(text) ? text : 'participation')

export const agreementsQuery = queryOptions({
  queryKey: ['agreements'],
  queryFn: ({ signal }) => listAgreements(signal),
  // What is asked of somebody may have changed a moment ago.
  staleTime: 0,
})

export const acceptancesQuery = queryOptions({
  queryKey: ['agreements', 'acceptances'],
  queryFn: ({ signal }) => listAcceptances(signal),
})

/** A version never changes but for whether one accepted it. */
export const agreementQuery = (kind: Kind, version: number) =>
  queryOptions({
    queryKey: ['agreements', kind, version],
    queryFn: ({ signal }) => getAgreement(kind, version, signal),
  })

export const titleOf = ({ kind, version }: Pick<AgreementFace, 'kind' | 'version'>): string =>
  `${kindWords[kind].word}, version ${version}`

/** Of whom it is asked, in words. */
export function askedOf({ roles, organisations }: AgreementFace): string {
  const whom =
    roles.length === 0
      ? 'everybody'
      : roles.map((role) => roleWords[role].word.toLowerCase()).join(', ')
  const where =
    organisations.length === 0 ? '' : ` in ${counted(organisations.length, 'organisation')}`
  return `${whom}${where}`
}
