import { cvssOf } from '#formats/cvss/cvss.ts'
import type { Component } from '#formats/finding/finding.ts'
import {
  componentsIn,
  componentText,
  detailsOf,
  distinct,
  draftOf,
  type ExportedCase,
  findingsIn,
  handlingOf,
  lineOf,
  proseOf,
  referencesIn,
} from './case-export.ts'

/**
 * A draft of a CSAF 2.0 document, profile `csaf_base`, status `draft`. Left for a person: the
 * publisher's namespace, exact product names, and, for publishing it as an
 * advisory, the category with its remediations (CSAF 2.0, sections 3.2.1, 4.1 and 4.4).
 */
export function csafDraft(exported: ExportedCase): Record<string, unknown> {
  const { page, by, now, mark } = exported
  const products = productsOf(componentsIn(exported))
  const at = now.toISOString()
  const version = '0.1.0'
  const members = {
    document: {
      category: 'csaf_base',
      csaf_version: '2.0',
      lang: 'en',
      distribution: distributionOf(page.banner),
      title: page.title,
      notes: [{ category: 'legal_disclaimer', text: handlingOf(exported), title: 'Handling' }],
      publisher: {
        category: 'coordinator',
        name: lineOf(by.instance) || 'Parley',
        namespace: 'https://parley.invalid',
      },
      tracking: {
        id: `DRAFT-${page.id}`,
        status: 'draft',
        version,
        initial_release_date: at,
        current_release_date: at,
        revision_history: [{ date: at, number: version, summary: 'Draft from the case.' }],
        generator: { engine: { name: 'Parley' } },
      },
      ...some('acknowledgments', acknowledgments(exported)),
    },
    ...(products.length > 0 && {
      product_tree: {
        full_product_names: products.map(({ id, name, purl }) => ({
          ...{ product_id: id, name },
          ...(purl !== undefined && { product_identification_helper: { purl } }),
        })),
      },
    }),
    vulnerabilities: [vulnerabilityOf(exported, products)],
  }
  return draftOf(members, mark)
}

/** CSAF 2.0 section 3.2.1.5 knows the colours of TLP 1.0; the text says exactly what is meant. */
const distributionOf = ({ tlp, marking }: ExportedCase['page']['banner']) => ({
  text: marking,
  tlp: { label: csafColours[tlp], url: 'https://www.first.org/tlp/' },
})

const csafColours = {
  ...{ clear: 'WHITE', green: 'GREEN', amber: 'AMBER', 'amber+strict': 'AMBER', red: 'RED' },
} as const

const some = (name: string, items: readonly unknown[]): Record<string, unknown> =>
  items.length === 0 ? {} : { [name]: items }

const acknowledgments = ({ page }: ExportedCase): object[] =>
  page.credits.map(({ name }) => ({ names: [lineOf(name)], summary: 'reported this' }))

type Product = {
  readonly id: string
  readonly name: string
  readonly purl?: string
  readonly is: 'known_affected' | 'fixed'
}

/** What is affected and, where a report names it, the version that is not any more. */
function productsOf(components: readonly Component[]): Product[] {
  return components.flatMap((component, at): Product[] => {
    const { name, purl, ranges = [] } = component
    const fixed = distinct(
      ranges.flatMap((range) => range.fixed ?? []),
      20,
    )
    const affected = { id: `affected-${at + 1}`, name: lineOf(componentText(component)) }
    return [
      { ...affected, is: 'known_affected', ...(isPurl(purl) && { purl }) },
      ...fixed.map(
        (version, place): Product => ({
          ...{
            id: `fixed-${at + 1}-${place + 1}`,
            name: lineOf(`${name} ${version}`),
            is: 'fixed',
          },
        }),
      ),
    ]
  })
}

/** As the schema's pattern has it. */
const isPurl = (purl: string | undefined): boolean =>
  purl !== undefined && purl.length >= 7 && /^pkg:[A-Za-z.\-+][A-Za-z0-9.\-+]*\/.+/.test(purl)

function vulnerabilityOf(
  exported: ExportedCase,
  products: readonly Product[],
): Record<string, unknown> {
  const { page } = exported
  const cve = page.aliases.find((alias) => /^CVE-\d{4}-\d{4,}$/.test(alias))
  const [cwe] = page.weaknesses.filter(({ name }) => name !== '')
  const ids = (is: Product['is']): string[] =>
    products.filter((one) => one.is === is).map(({ id }) => id)
  const status = {
    ...some('known_affected', ids('known_affected')),
    ...some('fixed', ids('fixed')),
  }
  const references = referencesIn(exported)
  return {
    title: page.title,
    ...(cve !== undefined && { cve }),
    ...(cwe && { cwe: { id: `CWE-${cwe.id}`, name: cwe.name } }),
    ids: [
      { system_name: 'Parley case', text: page.id },
      ...page.aliases
        .filter((alias) => alias !== cve)
        .map((alias) => ({ system_name: systemOf(alias), text: alias })),
    ],
    notes: [
      {
        category: 'description',
        text: proseOf(detailsOf(exported) ?? page.title),
        title: 'As reported',
      },
    ],
    ...some(
      'references',
      references.map((url) => ({ category: 'external', summary: 'Named by a report', url })),
    ),
    ...(Object.keys(status).length > 0 && { product_status: status }),
    ...some('scores', scoresOf(exported, ids('known_affected'))),
  }
}

const systemOf = (alias: string): string => alias.split('-')[0] ?? 'unknown'

const severityWords: Readonly<Record<string, string>> = { info: 'NONE' }

/** CSAF 2.0 has CVSS 2 and 3; the gravest vector of each that the reports give. */
function scoresOf(exported: ExportedCase, products: readonly string[]): object[] {
  if (products.length === 0) return []
  const vectors = distinct(findingsIn(exported).flatMap(({ cvss }) => cvss ?? []))
  const scored = vectors
    .flatMap((vector) => {
      const found = cvssOf(vector)
      return found && found.version !== '4.0' ? [{ vector, found }] : []
    })
    .sort((x, y) => x.found.scores.base - y.found.scores.base)
  const score: Record<string, unknown> = {}
  for (const { vector, found } of scored) {
    const base = { version: found.version, vectorString: vector, baseScore: found.scores.base }
    if (found.version === '2.0') score['cvss_v2'] = base
    else {
      const word = severityOfBase(found.scores.base)
      score['cvss_v3'] = { ...base, baseSeverity: severityWords[word] ?? word.toUpperCase() }
    }
  }
  return Object.keys(score).length === 0 ? [] : [{ products, ...score }]
}

const severityOfBase = (score: number): string =>
  score >= 9 ? 'critical' : score >= 7 ? 'high' : score >= 4 ? 'medium' : score > 0 ? 'low' : 'info'
