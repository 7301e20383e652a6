import { distinct } from '#formats/advisory/identifiers.ts'
import { type Affected, parseVers } from '#formats/advisory/ranges.ts'
import type { Component } from '#formats/finding/finding.ts'
import { present } from '#formats/finding/present.ts'
import type { Reader } from '#formats/json/reader.ts'

/** A product of the tree, as far as its branches and helpers describe it. */
export type Product = {
  readonly name: string
  readonly vendor?: string
  readonly purl?: string
  readonly cpe?: string
  readonly affected: Affected
}

/** What the branches above a product say of it. */
type Context = {
  readonly vendor?: string | undefined
  readonly product?: string | undefined
  readonly version?: string | undefined
  readonly range?: string | undefined
}

const nothing: Affected = { ranges: [], versions: [] }

/**
 * Every product of a product tree by its id: from `full_product_names`, from the branches, and
 * from the relationships, which stand for the product they refer to (CSAF 2.0 section 3.2.2).
 */
export function productsOf(tree: Reader): Map<string, Product> {
  const found = new Map<string, Product>()
  for (const full of tree.objects('full_product_names')) add(found, full, {})
  let level: { branch: Reader; context: Context }[] = tree
    .objects('branches')
    .map((branch) => ({ branch, context: {} }))
  while (level.length > 0) {
    level = level.flatMap(({ branch, context }) => {
      const inner = within(branch, context)
      if (branch.has('product')) add(found, branch.object('product'), inner)
      return branch.objects('branches').map((next) => ({ branch: next, context: inner }))
    })
  }
  for (const relationship of tree.objects('relationships')) relate(found, relationship)
  return found
}

function within(branch: Reader, context: Context): Context {
  const name = branch.textish('name')
  switch (branch.raw('category')) {
    case 'vendor':
      return { ...context, vendor: name }
    case 'product_name':
      return { ...context, product: name }
    case 'product_family':
      return { ...context, product: context.product ?? name }
    case 'product_version':
      return { ...context, version: name }
    case 'product_version_range':
      return { ...context, range: name }
    default:
      return context
  }
}

function add(found: Map<string, Product>, full: Reader, context: Context): void {
  const id = full.text('product_id')
  const name = context.product ?? full.text('name')
  if (id === undefined || name === undefined) return
  const helper = full.object('product_identification_helper')
  found.set(
    id,
    present<Product>({
      name,
      vendor: context.vendor,
      purl: helper.text('purl') ?? helper.texts('purls')[0],
      cpe: helper.text('cpe'),
      affected: affectedBy(context),
    }),
  )
}

function affectedBy({ version, range }: Context): Affected {
  if (range !== undefined) return parseRange(range)
  return version === undefined ? nothing : { ranges: [], versions: [version] }
}

/**
 * The ranges people write: `vers:` and the same without its head, comparators with blanks or
 * nothing between them, and `all versions` before them. A range that says no bound that can be
 * read leaves the product without one; a plain version in the place of a range is a version.
 */
export function parseRange(text: string): Affected {
  const said = text.trim().replace(/^vers:[^/]*\//i, '')
  const body = said.replace(/^all (?:[a-z]+ )?versions(?![a-z])\s*/i, '')
  if (body === '' || body === '*') return { ranges: [{ introduced: '0' }], versions: [] }
  if (!/[<>=|]/.test(body)) {
    return { ranges: [], versions: /^\S*\d/.test(body) && body === said ? [body] : [] }
  }
  const packed = body
    .replace(/\s+and\s+/gi, '|')
    .replace(/\s+/g, '')
    .replace(/(?<=[^|<>=!])(?=[<>])/g, '|')
  return /^[<>=]/.test(packed) ? (parseVers(`vers:generic/${packed}`) ?? nothing) : nothing
}

/** `A as a component of B`: what is affected is A, under the id of the pair. */
function relate(found: Map<string, Product>, relationship: Reader): void {
  const full = relationship.object('full_product_name')
  const id = full.text('product_id')
  if (id === undefined || found.has(id)) return
  const part = found.get(relationship.text('product_reference') ?? '')
  const whole = found.get(relationship.text('relates_to_product_reference') ?? '')
  if (part === undefined) {
    add(found, full, { vendor: whole?.vendor })
    return
  }
  const helper = full.object('product_identification_helper')
  const purl = helper.text('purl') ?? helper.texts('purls')[0] ?? part.purl
  const cpe = helper.text('cpe') ?? part.cpe
  found.set(id, present<Product>({ ...part, vendor: part.vendor ?? whole?.vendor, purl, cpe }))
}

/** Components for products, one a name, vendor and purl, with all their versions together. */
export function componentsOf(products: readonly Product[]): Component[] {
  const grouped = Map.groupBy(products, ({ vendor, name, purl }) => [vendor, name, purl].join('\n'))
  return [...grouped.values()].flatMap((same) => {
    const [first] = same
    if (first === undefined) return []
    const ranges = same.flatMap(({ affected }) => affected.ranges)
    return present<Component>({
      name: first.name,
      vendor: first.vendor,
      purl: first.purl,
      cpes: distinct(same.map(({ cpe }) => cpe)),
      ranges: [...new Map(ranges.map((range) => [JSON.stringify(range), range])).values()],
      versions: distinct(same.flatMap(({ affected }) => affected.versions)),
    })
  })
}
