/** What an organisation can be, several at once; db/migrations says the same. */
export const organisationKinds = [
  ...(['lab', 'vendor', 'operator', 'provider', 'agency'] as const),
  ...(['coordinator', 'evaluator', 'partner', 'auditor'] as const),
] as const
export type OrganisationKind = (typeof organisationKinds)[number]

/** A kind as the database keeps it: it keeps nothing else, so another word is a defect. */
export function organisationKindOf(text: string): OrganisationKind {
  const found = organisationKinds.find((one) => one === text)
  if (found !== undefined) return found
  throw new TypeError(`not a kind of organisation: ${text}`)
}
