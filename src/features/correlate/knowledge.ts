import { isArray, isObject, Reader } from '#formats/json/reader.ts'
import type { Background } from './background.ts'
import type { Knowledge } from './correlate.ts'
import type { Domain } from './evidence.ts'
import { Model, type Parameters } from './model.ts'
import type { Forest } from './trees.ts'

/** The parameter sets that are shipped. */
export type ModelName = 'advisory' | 'advisory-distinct' | 'prose'

/** How many reports of background the rarity starts from, as in training. */
const backgroundWeights: Readonly<Record<ModelName, number>> = {
  advisory: 2_000,
  'advisory-distinct': 2_000,
  prose: 100,
}

/** The parameter set for reports of a domain; scanner results are judged as prose. */
export function modelNameFor(domain: Domain, sourcesAreDistinct: boolean): ModelName {
  if (domain !== 'advisory') return 'prose'
  return sourcesAreDistinct ? 'advisory-distinct' : 'advisory'
}

const loaded = new Map<ModelName, Knowledge>()

/** Loads a parameter set, once. */
export async function knowledgeOf(name: ModelName): Promise<Knowledge> {
  const known = loaded.get(name)
  if (known) return known
  const [model, background] = await Promise.all([fileOf(name), fileOf('background')])
  const knowledge: Knowledge = {
    model: new Model(parametersOf(model)),
    background: backgroundOf(background),
    backgroundWeight: backgroundWeights[name],
  }
  loaded.set(name, knowledge)
  return knowledge
}

/** Named one by one, so that the published bundle finds them. */
async function fileOf(name: ModelName | 'background'): Promise<unknown> {
  switch (name) {
    case 'advisory':
      return (await import('./model/advisory.json', { with: { type: 'json' } })).default
    case 'advisory-distinct':
      return (await import('./model/advisory-distinct.json', { with: { type: 'json' } })).default
    case 'prose':
      return (await import('./model/prose.json', { with: { type: 'json' } })).default
    case 'background':
      return (await import('./model/background.json', { with: { type: 'json' } })).default
  }
}

/** Checks the form of parameters; wrong ones are a defect of what was checked in, so they throw. */
function parametersOf(value: unknown): Parameters {
  const read = new Reader(value)
  const domain = read.text('domain')
  const thresholds = read.object('thresholds')
  const calibration = list(read.raw('calibration')).map((point): [number, number] => {
    const [raw, share] = numbers(point)
    return [raw ?? Number.NaN, share ?? Number.NaN]
  })
  if (domain !== 'advisory' && domain !== 'prose' && domain !== 'scan') throw malformed('domain')
  return {
    domain,
    sourcesAreDistinct: read.boolean('sourcesAreDistinct') ?? false,
    first: forestOf(read.object('first')),
    second: read.has('second') ? forestOf(read.object('second')) : null,
    calibration,
    thresholds: { merge: need(thresholds, 'merge'), suggest: need(thresholds, 'suggest') },
    candidates: need(read, 'candidates'),
    unjudged: need(read, 'unjudged'),
  }
}

function forestOf(read: Reader): Forest {
  return {
    features: read.texts('features'),
    base: need(read, 'base'),
    roots: numbers(read.raw('roots')),
    feature: numbers(read.raw('feature')),
    value: numbers(read.raw('value')),
    left: numbers(read.raw('left')),
    right: numbers(read.raw('right')),
    missingLeft: numbers(read.raw('missingLeft')),
  }
}

function backgroundOf(value: unknown): Background {
  const read = new Reader(value)
  const counts = read.object('counts')
  const view = (name: string): Record<string, number> => {
    const found = counts.raw(name)
    if (!isObject(found)) throw malformed(`counts/${name}`)
    return Object.fromEntries(Object.entries(found).map(([text, count]) => [text, Number(count)]))
  }
  return {
    reports: need(read, 'reports'),
    counts: {
      words: view('words'),
      title: view('title'),
      component: view('component'),
    },
  }
}

const malformed = (where: string): TypeError =>
  new TypeError(`the checked-in correlation parameters are malformed at ${where}`)

function need(read: Reader, key: string): number {
  const found = read.number(key)
  if (found === undefined) throw malformed(`${read.pointer}/${key}`)
  return found
}

function list(value: unknown): readonly unknown[] {
  if (!isArray(value)) throw malformed('a list')
  return value
}

const numbers = (value: unknown): number[] => list(value).map(Number)
