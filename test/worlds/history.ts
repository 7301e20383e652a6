import type { Chance } from '../synthetic/chance.ts'
import type { Who } from './cast.ts'

/** What somebody does, with numbers that choose among what they see when it comes to that. */
export type Step = {
  readonly do: Doing
  readonly who: Who
  /** Of records that outsiders may not know of: done in the second world alone. */
  readonly isSecret: boolean
  readonly picks: readonly [number, number, number]
  readonly text: string
}

const doings = [
  ...(['report', 'report', 'report', 'report', 'document', 'work', 'work'] as const),
  ...(['title', 'verdict', 'wait', 'close', 'assign', 'merge', 'split', 'apart'] as const),
  ...(['relate', 'note', 'undo', 'suggestion', 'view', 'export', 'look', 'pass', 'label'] as const),
  ...(['raise', 'read-in', 'read-in', 'end', 'plan', 'exclude', 'link', 'honey'] as const),
  ...(['ask', 'ask', 'grant', 'grant'] as const),
  ...(['prove', 'prove', 'prove', 'rerun', 'cancel', 'dispute', 'switch'] as const),
  ...(['offer', 'offer', 'bargain', 'bargain', 'paper', 'partner'] as const),
  ...(['occurrence', 'determine', 'declare', 'run', 'gateway'] as const),
  ...(['sample', 'sample', 'result'] as const),
] as const
export type Doing = (typeof doings)[number]

const packages = ['kestrel-http', 'marmot-zip', 'tinyframe', 'lantern']
const functions = ['parse_chunk', 'read_tile', 'unpack_entry', 'sort_orders']
const kinds = [
  ...['Heap overflow in', 'Out-of-bounds read in', 'Path traversal through'],
  ...['Unbounded recursion in', 'Use after free in'],
]

/** What both the outsiders' and the secret records say: the same few flaws, again and again. */
function flaw(chance: Chance): string {
  const [name, at] = [chance.between(0, 3), chance.between(0, 3)]
  const kind = kinds[chance.between(0, kinds.length - 1)]
  return `${kind} ${functions[at]} of ${packages[name]} ${chance.is(0.5) ? 'on short input' : ''}`
}

export const packageOf = (text: string): string =>
  packages.find((name) => text.includes(name)) ?? 'lantern'
export const functionOf = (text: string): string =>
  functions.find((name) => text.includes(name)) ?? 'main'

/** Words to search for: of the flaws, and of nothing. */
export const searched: readonly string[] = [
  ...[...packages, ...functions],
  ...['overflow', 'heap -kestrel', 'quiet', 'sable'],
]

/** A history of so many steps; secret ones are interleaved with the others. */
export function historyOf(chance: Chance, length: number): readonly Step[] {
  const opening = [
    ...[stepOf(chance, 'report', true), stepOf(chance, 'report', false)],
    ...[stepOf(chance, 'report', false), stepOf(chance, 'document', false)],
    ...[stepOf(chance, 'report', true), stepOf(chance, 'work', true)],
    ...[stepOf(chance, 'prove', true), stepOf(chance, 'prove', false)],
    ...[stepOf(chance, 'prove', true), stepOf(chance, 'work', true)],
    ...[agreedOffer(chance, true), agreedOffer(chance, false)],
    ...(['paper', 'partner', 'occurrence', 'determine'] as const).flatMap((one) => [
      stepOf(chance, one, true),
      stepOf(chance, one, false),
    ]),
    ...[stepOf(chance, 'declare', true), stepOf(chance, 'declare', false)],
    // Their windows open within the time that passes.
    { ...stepOf(chance, 'pass', false), picks: [39, 0, 0] } as const,
    ...(['gateway', 'run', 'sample', 'result'] as const).flatMap((one) => [
      stepOf(chance, one, true),
      stepOf(chance, one, false),
    ]),
  ]
  const rest = Array.from({ length }, () => stepOf(chance, chance.one(doings), chance.is(0.5)))
  // Whatever happened to who runs proofs, they go on at the end.
  const on = { ...stepOf(chance, 'switch', false), picks: [1, 0, 0] } as const
  return [...opening, ...rest, on, stepOf(chance, 'work', false)]
}

/** An offer that both sides accept at once. */
const agreedOffer = (chance: Chance, isSecret: boolean): Step => {
  const { picks, ...rest } = stepOf(chance, 'offer', isSecret)
  return { ...rest, picks: [picks[0], 3, picks[2]] }
}

const inBoth: ReadonlySet<Doing> = new Set(['work', 'pass', 'raise', 'switch'])
const inSecret: ReadonlySet<Doing> = new Set(['label', 'link'])

function stepOf(chance: Chance, doing: Doing, wantsSecret: boolean): Step {
  const picks = [chance.between(0, 999), chance.between(0, 999), chance.between(0, 999)] as const
  // Workers work in both worlds: when they do is no secret, and the same in both.
  // What gets a stricter label goes out of sight, which is seen: secret records alone do here.
  // A common record that is raised goes out of sight in both worlds, at the same moment.
  const isSecret = inSecret.has(doing) || (wantsSecret && !inBoth.has(doing))
  const who = actorOf(chance, doing, isSecret)
  return { do: doing, who, isSecret, picks, text: flaw(chance) }
}

function actorOf(chance: Chance, doing: Doing, isSecret: boolean): Who {
  if (doing === 'switch') return 'bela'
  if (doing === 'report' || doing === 'document') {
    return isSecret ? 'sable' : chance.one(['fay', 'max', 'sable'])
  }
  // Turns to run proofs are shared among organisations, whatever the labels: of one organisation
  // there are secret proofs, or others.
  if (doing === 'prove') return isSecret ? 'sable' : chance.one(['fay', 'max', 'vera'])
  if (doing === 'offer') return isSecret ? 'lark' : chance.one(['lark', 'lena'])
  return isSecret ? 'cleo' : 'vera'
}
