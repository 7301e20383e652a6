import type { Location } from '#formats/finding/finding.ts'
import { present } from '#formats/finding/present.ts'
import type { Reader } from '#formats/json/reader.ts'
import type { Address, AddressFinder } from './address.ts'
import { elementAt } from './bag.ts'

/** What the locations of a result say together. */
export type Places = {
  readonly locations: Location[]
  readonly symbols: string[]
  readonly endpoints: string[]
  readonly purls: string[]
}

/** So many steps of code flows are taken over; the result itself keeps all. */
const flowMax = 200

/** Gathers the places of a result: of the flaw, then the flows that lead to it, then related. */
export function placesOf(result: Reader, run: Reader, addresses: AddressFinder): Places {
  const found: Found = { locations: [], symbols: [], endpoints: [], purls: [], run, addresses }
  for (const location of result.objects('locations')) add(found, location)
  if (found.locations.length + found.endpoints.length === 0 && result.has('analysisTarget')) {
    addAddress(found, addresses(result.object('analysisTarget')), {})
  }
  const flows = [...flowLocations(result, run), ...stackLocations(result)]
  for (const location of flows.slice(0, flowMax)) add(found, location, 'flow')
  for (const location of result.objects('relatedLocations')) add(found, location, 'related')
  return {
    locations: withoutRepeats(found.locations),
    symbols: [...new Set(found.symbols)],
    endpoints: [...new Set(found.endpoints)],
    purls: [...new Set(found.purls)],
  }
}

type Found = Places & { readonly run: Reader; readonly addresses: AddressFinder }
type Role = NonNullable<Location['role']>

function add(found: Found, location: Reader, role?: Role): void {
  const { names, inside } = logicalOf(location, found.run)
  if (role === undefined) found.symbols.push(...names)
  const physical = physicalOf(location)
  const region = physical.object('region')
  const context = physical.object('contextRegion')
  addAddress(found, found.addresses(artifactOf(physical)), {
    line: positive(region.number('startLine')),
    endLine: positive(region.number('endLine')),
    column: positive(region.number('startColumn')),
    function: inside,
    snippet:
      region.object('snippet').text('text') ??
      context.object('snippet').text('text') ??
      oldSnippet(location),
    role,
  })
}

type Details = { [K in Exclude<keyof Location, 'file'>]?: Location[K] | undefined }

function addAddress(found: Found, address: Address | null, details: Details): void {
  if (address?.is === 'web') found.endpoints.push(address.url)
  else if (address?.is === 'package') found.purls.push(address.purl)
  else if (address) {
    const { line, endLine, column, function: inside, snippet, role } = details
    const file = address.file
    found.locations.push(
      present<Location>({ file, line, endLine, column, function: inside, snippet, role }),
    )
  }
}

const positive = (line: number | undefined): number | undefined =>
  line !== undefined && Number.isInteger(line) && line > 0 ? line : undefined

/** SARIF 1 has two physical locations: in the file that was scanned, and in its source. */
function physicalOf(location: Reader): Reader {
  for (const key of ['physicalLocation', 'resultFile', 'analysisTarget']) {
    if (location.has(key)) return location.object(key)
  }
  return location
}

function artifactOf(physical: Reader): Reader {
  for (const key of ['artifactLocation', 'fileLocation']) {
    if (physical.has(key)) return physical.object(key)
  }
  return physical
}

const oldSnippet = (location: Reader): string | undefined =>
  typeof location.raw('snippet') === 'string' ? location.text('snippet') : undefined

/** Kinds of logical locations (section 3.33.7) that are code which runs. */
const functionKinds = new Set(['function', 'member', 'method', 'constructor', 'procedure'])

/** The names of the code around a location, and the function among them. */
function logicalOf(location: Reader, run: Reader): { names: string[]; inside?: string } {
  const old = location.text('fullyQualifiedLogicalName')
  if (old !== undefined) return { names: [old], inside: old }
  const names: string[] = []
  let inside: string | undefined
  for (const given of location.objects('logicalLocations')) {
    const logical = elementAt(run, 'logicalLocations', given.number('index'))
    const read = (key: string) => given.text(key) ?? logical?.text(key)
    const name = read('fullyQualifiedName') ?? read('name') ?? read('decoratedName')
    if (name === undefined) continue
    const kind = read('kind')
    names.push(name)
    if (kind === undefined || functionKinds.has(kind)) inside ??= name
  }
  return inside === undefined ? { names } : { names, inside }
}

/** The steps of all code flows (section 3.36), wherever they are kept. */
function flowLocations(result: Reader, run: Reader): Reader[] {
  return result.objects('codeFlows').flatMap((flow) =>
    [flow, ...flow.objects('threadFlows')].flatMap((thread) =>
      thread.objects('locations').map((step) => {
        const kept = elementAt(run, 'threadFlowLocations', step.number('index'))
        const owner = step.has('location') || !kept ? step : kept
        return owner.has('location') ? owner.object('location') : owner
      }),
    ),
  )
}

/** Call stacks (section 3.44): each frame is a step. */
const stackLocations = (result: Reader): Reader[] =>
  result
    .objects('stacks')
    .flatMap((stack) => stack.objects('frames'))
    .map((frame) => (frame.has('location') ? frame.object('location') : frame))

/** A place that is named twice counts where it is named first. */
function withoutRepeats(locations: readonly Location[]): Location[] {
  const seen = new Map<string, Location>()
  for (const location of locations) {
    const key = `${location.file}\n${location.line ?? ''}\n${location.function ?? ''}`
    if (!seen.has(key)) seen.set(key, location)
  }
  return [...seen.values()]
}
