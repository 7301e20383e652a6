import { cweNumber } from '#formats/advisory/identifiers.ts'
import { isArray, type Reader } from '#formats/json/reader.ts'
import { elementAt } from './bag.ts'

/** The CWE number that a reference to a taxon means; nothing for taxa of other taxonomies. */
export type TaxonReader = (taxon: Reader) => number | undefined

/** Reads references (section 3.52) to taxa of the run's taxonomies, or to CWE by its name. */
export function taxaOf(run: Reader): TaxonReader {
  const byGuid = new Map<string, Reader>()
  for (const taxonomy of isArray(run.raw('taxonomies')) ? run.objects('taxonomies') : []) {
    const guid = taxonomy.text('guid')
    if (guid !== undefined) byGuid.set(guid, taxonomy)
  }
  return (taxon) => {
    const component = taxon.object('toolComponent')
    const numbered = elementAt(run, 'taxonomies', component.number('index'))
    const taxonomy = numbered ?? byGuid.get(component.text('guid') ?? '')
    const name = component.text('name') ?? taxonomy?.text('name')
    const own = taxon.textish('id')
    const id =
      own ?? (taxonomy && elementAt(taxonomy, 'taxa', taxon.number('index'))?.textish('id'))
    if (id === undefined || (name === undefined && !/^cwe/i.test(id))) return undefined
    return name !== undefined && !/\bcwe\b/i.test(name) ? undefined : cweNumber(id)
  }
}
