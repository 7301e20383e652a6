import type { OrganisationKind } from '../api/types.ts'

/** What an organisation can be, in words. */
export const kindWords: Readonly<Record<OrganisationKind, string>> = {
  lab: 'Lab',
  vendor: 'Vendor or maintainer',
  operator: 'Operator',
  provider: 'Provider',
  agency: 'Agency',
  coordinator: 'Coordinator',
  evaluator: 'Evaluator',
  partner: 'Partner',
  auditor: 'Auditor',
}

const isKind = (text: string): text is OrganisationKind => Object.hasOwn(kindWords, text)
export const organisationKinds: readonly OrganisationKind[] = Object.keys(kindWords).filter(isKind)
