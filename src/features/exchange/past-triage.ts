import { decodeDocuments, type Part, recogniseDocuments } from '#formats/advisory/documents.ts'
import type { Decoder } from '#formats/finding/decoder.ts'
import type { Component, Finding, Location, Rule, Tool } from '#formats/finding/finding.ts'
import { present } from '#formats/finding/present.ts'
import { isArray, type JsonObject, type Reader } from '#formats/json/reader.ts'

/**
 * Reads what `parley triage --json` wrote, as far as a baseline asks about it: every report of
 * every case and what was set aside. No format of findings, so that a queue is not triaged again.
 */
export const pastTriage: Decoder = {
  name: 'parley',
  title: 'The JSON result of parley triage',
  source: 'src/features/exchange/triage.ts',
  recognise: (material) => recogniseDocuments(material, judge),
  decode: (material) => decodeDocuments(material, decodeOne),
}

const judge = ({ parley, cases, setAside }: JsonObject): 0 | 3 =>
  typeof parley === 'string' && isArray(cases) && isArray(setAside) ? 3 : 0

function decodeOne(triage: Reader): Part {
  const reports = [
    ...triage.objects('cases').flatMap((found) => found.objects('reports')),
    ...triage.objects('setAside').map((aside) => aside.object('report')),
  ]
  return { findings: reports.map((report) => findingOf(report.object('finding'))) }
}

function findingOf(found: Reader): Finding {
  const prints = Object.entries(Object(found.raw('fingerprints')))
  const [name, rule] = [found.object('tool').text('name'), found.object('rule').text('id')]
  return present<Finding>({
    at: { pointer: found.pointer },
    title: found.text('title') ?? '',
    tool: name === undefined ? undefined : present<Tool>({ name }),
    rule: rule === undefined ? undefined : present<Rule>({ id: rule }),
    fingerprints: Object.fromEntries(prints.map(([key, value]) => [key, String(value)])),
    locations: found.objects('locations').map(placeOf),
    components: found.objects('components').map((part): Component => {
      return { name: part.text('name') ?? '' }
    }),
    endpoints: found.texts('endpoints'),
    aliases: found.texts('aliases'),
    original: found.value,
  })
}

function placeOf(location: Reader): Location {
  const role = location.text('role')
  return present<Location>({
    file: location.text('file') ?? '',
    function: location.text('function'),
    snippet: location.text('snippet'),
    role: role === 'flow' || role === 'related' ? role : undefined,
  })
}
