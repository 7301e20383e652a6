import { type Decision, decide } from '#formats/ssvc/decide.ts'
import {
  automatable,
  exploitation,
  humanImpact,
  inKev,
  missionAndWellBeing,
  publiclyExposed,
  publicSafetyImpact,
  systemExposure,
  technicalImpact,
  utility,
  valueDensity,
} from '#formats/ssvc/points.ts'
import { type DecisionTable, type Default, urgencyOf } from '#formats/ssvc/table.ts'
import {
  bod2604,
  cisaCoordinator,
  deployer,
  publicSafetyTable,
  supplier,
  utilityTable,
} from '#formats/ssvc/tables.ts'
import type { Judgement, Judgements } from './judgement.ts'
import type { RankInput } from './rank-input.ts'

/** One input that a decision used. */
export type ShownInput = Judgement & { readonly name: string }

/** What one published rule says of a case, and everything it rests on. */
export type Ruling = {
  readonly outcome: string
  /** 0 for the least urgent outcome of the rule. */
  readonly urgency: number
  /** The row of the published table, from 0. */
  readonly row: number
  /** The outcomes that remain possible without any default; least urgent first. */
  readonly possible: readonly string[]
  readonly inputs: readonly ShownInput[]
  /** The rule as its publisher names it, with the row. */
  readonly rule: string
}

/** What the rules of deployers, suppliers and CISA say. */
export type Rulings = {
  readonly deployer: Ruling
  readonly supplier: Ruling
  readonly coordinator: Ruling
  /** BOD 26-04: the outcome is the deadline. */
  readonly directive: Ruling
}

type Known = Readonly<Record<string, Judgement | undefined>>

/** Applies the four rules to what is known of the flaw and of where it stands. */
export function rulingsFor(input: RankInput, judged: Judgements): Rulings {
  const flaw: Known = {
    [exploitation.name]: judged.exploitation,
    [automatable.name]: judged.automatable,
    [technicalImpact.name]: judged.technicalImpact,
  }
  const exposed = exposureOf(input)
  return {
    deployer: rule(deployer, { ...flaw, [systemExposure.name]: exposed.system }),
    supplier: rule(supplier, { ...flaw, ...forSupplier(flaw) }, supplierDefaults),
    coordinator: rule(cisaCoordinator, flaw, cisaDefaults),
    directive: directiveFor(input, { ...flaw, [publiclyExposed.name]: exposed.publicly }),
  }
}

/** What somebody said about where the system stands, in the words of both rules. */
function exposureOf({ exposure }: RankInput): { system?: Judgement; publicly?: Judgement } {
  if (exposure === undefined) return {}
  const because = exposure === 'public' ? 'stated to be public' : 'stated to be internal'
  const said = (value: string): Judgement => ({ value, from: 'given', because })
  return exposure === 'public'
    ? { system: said('open'), publicly: said('yes') }
    : { system: said('controlled'), publicly: said('no') }
}

const unknownTotal: Default = {
  point: technicalImpact.name,
  value: 'total',
  because: 'SSVC names no default; BOD 26-04 takes total where metadata are missing',
}

const cisaDefaults: readonly Default[] = [
  ...deployer.defaults.filter(({ point }) => point !== humanImpact.name),
  unknownTotal,
  {
    point: missionAndWellBeing.name,
    value: 'medium',
    because: "SSVC: software is there for a reason; CISA's level for support of missions is medium",
  },
]

const supplierDefaults: readonly Default[] = [...supplier.defaults, unknownTotal]

const utilityDefaults: readonly Default[] = [
  ...utilityTable.defaults,
  {
    point: valueDensity.name,
    value: 'diffuse',
    because: 'SSVC: diffuse, where a product is not known to hold much',
  },
]

/** The two inputs of a supplier that other tables answer. */
function forSupplier(flaw: Known): Known {
  const used = rule(utilityTable, flaw, utilityDefaults)
  const safety = rule(publicSafetyTable, {})
  const derived = ({ outcome, inputs }: Ruling): Judgement => ({
    value: outcome,
    from: inputs.some(({ from }) => from === 'default') ? 'default' : 'derived',
    because: inputs.map(({ name, value, because }) => `${name} ${value} (${because})`).join('; '),
  })
  return { [utility.name]: derived(used), [publicSafetyImpact.name]: derived(safety) }
}

const noCatalogue: Default = {
  point: inKev.name,
  value: 'no',
  because: 'no KEV catalogue was read, or it has no CVE number by which it could be listed',
}

const openSystem: Default = {
  point: publiclyExposed.name,
  value: 'yes',
  because: 'the agency judges exposure; until it does, as SSVC says of exposure: assume open',
}

/** KEV entries get no defaults: until CISA's metadata are known, the worst is taken. */
const worstInKev: readonly Default[] = [
  [automatable.name, 'yes'] as const,
  [technicalImpact.name, 'total'] as const,
].map(([point, value]) => ({
  ...{ point, value },
  because: "BOD 26-04 has no default for KEV entries; the worst, until CISA's metadata are known",
}))

const outsideKev: readonly Default[] = [...bod2604.defaults, noCatalogue, openSystem]
const insideKev: readonly Default[] = [...worstInKev, openSystem]

function directiveFor(input: RankInput, known: Known): Ruling {
  const listed = listedIn(input)
  const defaults = listed?.value === 'yes' ? insideKev : outsideKev
  return rule(bod2604, { ...known, [inKev.name]: listed }, defaults)
}

function listedIn({ facts, exploited }: RankInput): Judgement | undefined {
  if (facts?.kev === 'listed') {
    return { value: 'yes', from: 'given', because: 'it stands in the KEV catalogue' }
  }
  if (facts?.kev === 'not-listed') {
    return { value: 'no', from: 'given', because: 'the KEV catalogue does not list it' }
  }
  if (!exploited && !facts?.exploited) return undefined
  const because = 'no KEV catalogue could say, and it is said to be exploited'
  return { value: 'yes', from: 'derived', because }
}

/** Decides by a table with defaults for whatever may be open, so that one row applies. */
function rule<Name extends string>(
  table: DecisionTable<Name>,
  known: Known,
  defaults: readonly Default[] = table.defaults,
): Ruling {
  const found = decideOnce(table, known, defaults)
  const { outcome, urgency, row } = found
  return {
    ...{ outcome, urgency, row, possible: found.decision.possibleAsGiven, rule: found.rule },
    inputs: found.decision.inputs.map(({ point, value, because }) => {
      const said = known[point]
      if (said === undefined) {
        return { name: point, value: value ?? 'unknown', from: 'default', because }
      }
      return { name: point, value: said.value, from: said.from, because: said.because }
    }),
  }
}

type Decided = Pick<Ruling, 'outcome' | 'urgency' | 'row' | 'rule'> & {
  readonly decision: Decision<string>
}

/** By the defaults that are used, then by table and values: a few hundred entries at the most. */
const decided = new WeakMap<readonly Default[], Map<string, Decided>>()

/** Tables answer the same to the same; thousands of cases ask the same few things. */
function decideOnce(table: DecisionTable, known: Known, defaults: readonly Default[]): Decided {
  const answers = decided.get(defaults) ?? new Map<string, Decided>()
  decided.set(defaults, answers)
  const key = [table.id, ...table.inputs.map(({ name }) => known[name]?.value)].join('/')
  const before = answers.get(key)
  if (before !== undefined) return before
  const inputs = table.inputs.map(({ name }) => [name, known[name]?.value] as const)
  const decision = decide<string, string>(table, Object.fromEntries(inputs), defaults)
  const outcome = decision.possible.at(-1) ?? ''
  const row = decision.rows.at(-1) ?? 0
  const rule = `${table.title} (${table.id}), row ${row}`
  const answer = { decision, outcome, urgency: urgencyOf(table, outcome), row, rule }
  answers.set(key, answer)
  return answer
}
