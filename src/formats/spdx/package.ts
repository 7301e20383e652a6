import { distinct } from '#formats/advisory/identifiers.ts'
import { namedPackage } from '#formats/advisory/package.ts'
import type { Component } from '#formats/finding/finding.ts'
import { present } from '#formats/finding/present.ts'

/** What a package says of itself, whichever way the document is written. */
export type SpdxPackage = {
  readonly name: string | undefined
  readonly version?: string | undefined
  /** `Organization: <name> (<mail>)`, `Person: ...`, or a plain name. */
  readonly supplier?: string | undefined
  readonly references: readonly { readonly type: string; readonly locator: string | undefined }[]
}

/** SPDX says "not known" and "there is none" in words (SPDX 2.3 section 4.2.1). */
const given = (text: string | undefined): string | undefined => {
  const said = text?.trim() ?? ''
  return ['', 'NOASSERTION', 'NONE'].includes(said) ? undefined : said
}

/** A component for a package; undefined when it has neither name nor purl. */
export function componentOf({
  name,
  version,
  supplier,
  references,
}: SpdxPackage): Component | undefined {
  const located = (type: RegExp): string[] =>
    distinct(references.filter((one) => type.test(one.type)).map(({ locator }) => given(locator)))
  const [purl] = located(/^(purl|packageUrl)$/i)
  const full = given(name) ?? purl
  if (full === undefined) return undefined
  return present<Component>({
    ...namedPackage({ name: full, purl }),
    vendor: agentOf(given(supplier)),
    purl,
    cpes: located(/^cpe2[23](type)?$/i),
    version: given(version),
  })
}

const agentOf = (text: string | undefined): string | undefined =>
  text
    ?.replace(/^(organization|person|tool):/i, '')
    .replace(/\([^()]*\)\s*$/, '')
    .trim() || undefined
