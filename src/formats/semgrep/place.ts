import type { Location } from '#formats/finding/finding.ts'
import { present } from '#formats/finding/present.ts'
import { isArray, isObject, Reader } from '#formats/json/reader.ts'
import { lineOf, slashed } from '#formats/scanner/place.ts'

/** A `location` of the report: a path with a start and an end; undefined without a path. */
export function placeOf(place: Reader, snippet?: string): Location | undefined {
  const file = place.text('path')
  if (file === undefined) return undefined
  return present<Location>({
    file: slashed(file),
    line: lineOf(place.object('start'), 'line'),
    endLine: lineOf(place.object('end'), 'line'),
    snippet,
  })
}

/** Calls that nest deeper than this in a trace are not followed. */
const callsMax = 100

/** The way of tainted input: its source, the variables it passes through, its sink. */
export function flowOf(trace: Reader): Location[] {
  const places = [
    ...callTrace(trace.raw('taint_source')),
    ...trace.objects('intermediate_vars').flatMap((one) => variable(one.value)),
    ...callTrace(trace.raw('taint_sink')),
  ]
  return places.map((place) => ({ ...place, role: 'flow' }))
}

/**
 * `["CliLoc", [location, text]]`, or `["CliCall", [[location, text], variables, trace]]` where
 * the trace goes on inside the function called. Anything else is passed over: the format calls
 * this part experimental.
 */
function callTrace(trace: unknown): Location[] {
  const places: Location[] = []
  let inner = trace
  for (let calls = 0; calls < callsMax && isArray(inner); calls += 1) {
    const [kind, body] = inner
    if (!isArray(body)) break
    if (kind === 'CliLoc') {
      places.push(...located(body))
      break
    }
    const [call, variables, next] = body
    if (kind !== 'CliCall') break
    places.push(...located(call))
    if (isArray(variables)) places.push(...variables.flatMap(variable))
    inner = next
  }
  return places
}

function located(pair: unknown): Location[] {
  const [location, text] = isArray(pair) ? pair : []
  return place(location, text)
}

const variable = (value: unknown): Location[] =>
  isObject(value) ? place(value['location'], value['content']) : []

function place(location: unknown, text: unknown): Location[] {
  const snippet = typeof text === 'string' && text.trim() !== '' ? text : undefined
  const found = placeOf(new Reader(location), snippet)
  return found ? [found] : []
}
