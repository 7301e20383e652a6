import { type CsvRecord, recordsOf } from '#formats/csv/record.ts'
import type { Table } from '#formats/finding/decoder.ts'
import type { Standing } from '#formats/finding/finding.ts'
import type { Item } from './item.ts'

/**
 * One finding a row. Columns are those of Nessus, Security Center and Vulnerability Management,
 * in this order; Nessus itself writes one row for each CVE of a plugin.
 */
export function itemsOf(table: Table): Item[] {
  return recordsOf(table).map(
    (row): Item => ({
      at: { line: row.line },
      pluginId: row.cell('Plugin ID', 'Plugin', 'definition.id'),
      name: row.cell('Name', 'Plugin Name', 'definition.name'),
      severities: ['Risk', 'Severity', 'Risk Factor', 'definition.severity'].map((name) =>
        row.cell(name),
      ),
      synopsis: row.cell('Synopsis', 'definition.synopsis'),
      description: row.cell('Description', 'definition.description'),
      output: row.cell('Plugin Output', 'Plugin Text', 'output'),
      solution: row.cell('Solution', 'Steps to Remediate', 'definition.solution'),
      seeAlso: [row.cell('See Also', 'definition.see_also')],
      cves: [row.cell('CVE', 'definition.cve')],
      cwes: [row.cell('CWE', 'definition.cwe')],
      crossReferences: [row.cell('XREF', 'Cross References', 'definition.references')],
      cpes: [row.cell('CPE', 'definition.cpe')],
      vectors: vectors.map((name) => row.cell(name)),
      scores: scores.map((name) => row.cell(name)),
      epss: row.cell('EPSS Score'),
      exploited: isTrue(row.cell('Exploited by Malware', 'definition.exploited_by_malware')),
      ...endpointOf(row),
      published: row.cell('Vuln Publication Date', 'definition.vulnerability_published'),
      standing: standingOf(row),
      original: row.original,
    }),
  )
}

const vectors = [
  ...['CVSS V4 Vector', 'definition.cvss4.base_vector'],
  ...['CVSS V3 Vector', 'CVSS3 Vector', 'definition.cvss3.base_vector'],
  ...['CVSS V2 Vector', 'CVSS Vector', 'definition.cvss2.base_vector'],
]

const scores = [
  ...['CVSS v4.0 Base Score', 'definition.cvss4.base_score'],
  ...['CVSS v3.0 Base Score', 'CVSS V3 Base Score', 'CVSS3 Base Score', 'CVSSv3'],
  ...['definition.cvss3.base_score', 'CVSS v2.0 Base Score', 'CVSS V2 Base Score'],
  ...['CVSS Base Score', 'CVSS', 'definition.cvss2.base_score'],
]

type Endpoint = Pick<Item, 'host' | 'port' | 'protocol'>

const endpointOf = (row: CsvRecord): Endpoint => ({
  host:
    row.cell('DNS Name', 'FQDN', 'asset.display_fqdn', 'Host') ??
    row.cell('asset.host_name', 'IP Address', 'asset.display_ipv4_address', 'asset.name'),
  port: row.cell('Port'),
  protocol: row.cell('Protocol'),
})

const isTrue = (cell: string | undefined): boolean => cell?.toLowerCase() === 'true'

/** A risk that somebody accepted, or a finding that a later scan no longer saw. */
function standingOf(row: CsvRecord): Standing | undefined {
  const comment = row.cell('Accept Risk Comment')
  if (comment !== undefined) return { is: 'accepted', why: comment }
  if (row.cell('risk_modified')?.toUpperCase() === 'ACCEPTED') return { is: 'accepted' }
  const state = row.cell('Vulnerability State', 'state')?.toUpperCase()
  return state === 'FIXED' ? { is: 'fixed' } : undefined
}
