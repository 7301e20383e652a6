import { columnsIn } from '#formats/csv/record.ts'
import type { Decoded, Decoder, Material, Table, XmlElement } from '#formats/finding/decoder.ts'
import { attributeOf, childrenOf, firstChild, textOf } from '#formats/xml/element.ts'
import { plainOf } from '#formats/xml/plain.ts'
import { decodedOf, type Item } from './item.ts'
import { itemsOf } from './table.ts'

/**
 * Results of Nessus and Tenable: the XML of version 2 (`.nessus`) and the CSV exports of Nessus,
 * Security Center, Vulnerability Management and Web App Scanning. Informational results stay.
 */
export const nessusDecoder: Decoder = {
  name: 'nessus',
  title: 'Nessus and Tenable (.nessus XML version 2, CSV exports)',
  source: 'Nessus file format version 2 as Tenable documents it, and the DefectDojo tests',
  recognise: (material) => {
    if (material.kind === 'xml') return material.root.name === 'NessusClientData_v2' ? 3 : 0
    return material.kind === 'table' ? judge(material.table) : 0
  },
  decode,
}

/** Column names that only the one or the other export has, with the count that tells. */
const layouts = [
  { columns: ['Plugin ID', 'Risk', 'Host', 'Name', 'Synopsis', 'Plugin Output'], enough: 6 },
  { columns: ['Plugin', 'Plugin Name', 'Family', 'Repository', 'Severity'], enough: 5 },
  { columns: ['definition.id', 'definition.name', 'definition.synopsis'], enough: 3 },
] as const

function judge(table: Table): 0 | 1 | 2 | 3 {
  if (layouts.some(({ columns, enough }) => columnsIn(table, columns) >= enough)) return 3
  const rule = columnsIn(table, ['Plugin ID', 'Plugin'])
  const rest = columnsIn(table, ['Name', 'Plugin Name', 'Host', 'IP Address', 'Plugin Output'])
  return rule > 0 && rest >= 2 ? 2 : 0
}

function decode(material: Material): Decoded {
  if (material.kind === 'table') {
    return { ...decodedOf(itemsOf(material.table)), components: [] }
  }
  if (material.kind !== 'xml') {
    const why = `expected XML or a table, found ${material.kind}`
    return { findings: [], components: [], problems: [{ code: 'unknown-format', why, lost: true }] }
  }
  const { root } = material
  const items = childrenOf(root, 'Report').flatMap((report, index) =>
    childrenOf(report, 'ReportHost').flatMap((host, position) =>
      itemsOn(host, `/Report/${index}/ReportHost/${position}`),
    ),
  )
  return { spec: '2', ...decodedOf(items), components: [] }
}

/** A host is described once; what is said of it belongs to each of its results. */
function itemsOn(host: XmlElement, pointer: string): Item[] {
  const name = attributeOf(host, 'name')
  const properties = new Map(
    childrenOf(firstChild(host, 'HostProperties'), 'tag').map((tag) => [
      attributeOf(tag, 'name') ?? '',
      tag.text,
    ]),
  )
  const described = { name, properties: Object.fromEntries(properties) }
  const address = properties.get('host-fqdn')?.trim() || name || properties.get('host-ip')?.trim()
  return childrenOf(host, 'ReportItem').map((element, index) => {
    const at = { pointer: `${pointer}/ReportItem/${index}`, line: element.line }
    const original = { host: described, item: plainOf(element) }
    return { ...itemOf(element), at, original, host: address || undefined }
  })
}

type Told = Omit<Item, 'at' | 'original' | 'host'>

function itemOf(element: XmlElement): Told {
  const text = (name: string): string | undefined => textOf(element, name)
  const texts = (name: string): (string | undefined)[] =>
    childrenOf(element, name).map((child) => textOf(child))
  return {
    pluginId: attributeOf(element, 'pluginID'),
    name: attributeOf(element, 'pluginName') ?? text('plugin_name'),
    severities: [attributeOf(element, 'severity'), text('risk_factor')],
    synopsis: text('synopsis'),
    description: text('description'),
    output: text('plugin_output'),
    solution: text('solution'),
    seeAlso: texts('see_also'),
    cves: texts('cve'),
    cwes: texts('cwe'),
    crossReferences: texts('xref'),
    cpes: texts('cpe'),
    vectors: ['cvss4_vector', 'cvss3_vector', 'cvss_vector'].map(text),
    scores: ['cvss4_base_score', 'cvss3_base_score', 'cvssv3', 'cvss_base_score', 'cvss'].map(text),
    epss: text('epss_score'),
    exploited: text('exploited_by_malware') === 'true',
    port: attributeOf(element, 'port'),
    protocol: attributeOf(element, 'protocol'),
    published: text('vuln_publication_date'),
    standing: undefined,
  }
}
