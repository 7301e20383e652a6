import type { Feed, ReadyStep } from './attempt.ts'
import { inTurns } from './in-turns.ts'
import { type Dictionary, type Mutated, mutants } from './mutate.ts'

/** A feed near the proof's own; whether it shows the flaw is for a run to say. */
export type Mutant = { readonly name: string; readonly feed: Feed }

/** Feeds that differ a little from one, the same ones each time; at most `countMax`. */
export function mutantsOf(feed: Feed, dictionary: Dictionary, countMax: number): readonly Mutant[] {
  const found: Mutant[] = []
  const source = feed.exchange.length > 0 ? ofExchange(feed, dictionary) : ofInput(feed, dictionary)
  for (const mutant of source) {
    if (found.length >= countMax) break
    found.push(mutant)
  }
  return found
}

/** Bytes as characters 0 to 255, so that texts and binary inputs are changed alike. */
const charactersOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')
const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'))

function* ofInput(feed: Feed, dictionary: Dictionary): Generator<Mutant> {
  if (feed.input === null) return
  for (const { how, text } of mutants(charactersOf(feed.input), dictionary)) {
    yield { name: `the input ${how}`, feed: { ...feed, input: bytesOf(text) } }
  }
}

/** Changes of the last request, which is the one that shows the flaw. */
function* ofExchange(feed: Feed, dictionary: Dictionary): Generator<Mutant> {
  const last = feed.exchange.at(-1)
  if (last === undefined) return
  const before = feed.exchange.slice(0, -1)
  for (const { name, step } of stepsNear(last, dictionary)) {
    yield { name, feed: { ...feed, exchange: [...before, step] } }
  }
}

type NearStep = { readonly name: string; readonly step: ReadyStep }

function* stepsNear(step: ReadyStep, dictionary: Dictionary): Generator<NearStep> {
  yield* inTurns([
    byPath(step),
    byHeader(step),
    byQuery(step, dictionary),
    byBody(step, dictionary),
  ])
}

function* byPath(step: ReadyStep): Generator<NearStep> {
  const [path = '', ...rest] = step.path.split('?')
  const query = rest.length === 0 ? '' : `?${rest.join('?')}`
  const near = (how: string, changed: string): NearStep => ({
    name: `the request with ${how}`,
    step: { ...step, path: `${changed}${query}` },
  })
  const encoded = path.replace(
    /[A-Za-z](?=[^A-Za-z]*$)/,
    (one) => `%${one.charCodeAt(0).toString(16)}`,
  )
  // What a path numbers is mostly a record, and the one beside it somebody else's.
  for (const { 0: digits, index } of path.matchAll(/\d{1,9}/g)) {
    const next = String(Number(digits) + 1)
    const changed = path.slice(0, index) + next + path.slice(index + digits.length)
    yield near(`${next} for its ${digits}`, changed)
  }
  if (query === '') yield near('a query of its own', `${path}?parley=1`)
  yield near('a letter of its path percent-encoded', encoded)
  yield near('a / behind its path', `${path}/`)
  yield near('// for its first /', `/${path}`)
  yield near('/./ for its first /', `/.${path}`)
}

function* byHeader(step: ReadyStep): Generator<NearStep> {
  const { headers } = step
  const near = (how: string, changed: Readonly<Record<string, string>>): NearStep => ({
    name: `the request ${how}`,
    step: { ...step, headers: changed },
  })
  yield near('with a header that means nothing', { ...headers, 'X-Parley': '1' })
  for (const [name, value] of Object.entries(headers)) {
    const { [name]: _, ...others } = headers
    yield near(`with ${name} in capitals`, { ...others, [name.toUpperCase()]: value })
    yield near(`without ${name}`, others)
  }
}

function* byQuery(step: ReadyStep, dictionary: Dictionary): Generator<NearStep> {
  const at = step.path.indexOf('?')
  if (at < 0) return
  const path = step.path.slice(0, at + 1)
  yield {
    name: 'the request with one parameter more',
    step: { ...step, path: `${step.path}&parley=1` },
  }
  for (const { how, text } of sendable(mutants(step.path.slice(at + 1), dictionary))) {
    yield { name: `the request with its query ${how}`, step: { ...step, path: path + text } }
  }
}

/** What may stand in the first line of a request without ending it. */
function* sendable(all: Iterable<Mutated>): Generator<Mutated> {
  for (const one of all) if (!/[\0-\x20]/.test(one.text)) yield one
}

function* byBody(step: ReadyStep, dictionary: Dictionary): Generator<NearStep> {
  if (step.body === null) return
  for (const { how, text } of mutants(charactersOf(step.body), dictionary)) {
    yield { name: `the request with its body ${how}`, step: { ...step, body: bytesOf(text) } }
  }
}
