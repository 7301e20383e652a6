import { Chance } from '../synthetic/chance.ts'
import { namingRoutes, namings, pathOf } from './alike.ts'
import { openNamed } from './named.ts'

const warmUp = 50
/** How often one of these is greater than one of the others: Mann and Whitney's U, as a share. */
function effect(one: readonly number[], other: readonly number[]): number {
  const all = [...one.map((ms) => [ms, 0] as const), ...other.map((ms) => [ms, 1] as const)]
  const ranked = all.sort(([x], [y]) => x - y)
  const sum = ranked.reduce((total, [, of], at) => (of === 0 ? total + at + 1 : total), 0)
  return (sum - (one.length * (one.length + 1)) / 2) / (one.length * other.length)
}

const noTimes = (): number[] => []

const median = (values: readonly number[]): number =>
  values.toSorted((x, y) => x - y)[values.length >> 1] ?? 0

/**
 * How long reading routes take to say no to the id of a record that is not the asker's, and to one
 * that nobody has: asked in turns, in random order. Prints medians and the effect for each route;
 * an effect of 0.5 is none.
 */
export async function runTiming(rounds: number): Promise<void> {
  const { world, ids } = await openNamed()
  await using _ = world
  const chance = new Chance(1)
  for (const route of namingRoutes(world.routes).filter(({ method }) => method === 'GET')) {
    const naming = namings[route.name]
    const id = naming && ids.get(naming.kind)
    if (naming === undefined || id === undefined || !naming.who.includes('bela')) continue
    const never = `${naming.kind}_aaaaaaaaaaaaaaaaaaaa`
    const took = { theirs: noTimes(), nobodys: noTimes() }
    for (let at = -warmUp; at < rounds; at++) {
      const turns = [['theirs', id] as const, ['nobodys', never] as const]
      for (const [name, one] of chance.is(0.5) ? turns : turns.toReversed()) {
        const began = performance.now()
        await world.ask('bela', { method: 'GET', path: pathOf(route, one, naming.query) })
        if (at >= 0) took[name].push(performance.now() - began)
      }
    }
    const share = effect(took.theirs, took.nobodys)
    const medians = [median(took.theirs), median(took.nobodys)].map((ms) => `${ms.toFixed(2)} ms`)
    console.log(`${route.name.padEnd(18)} ${medians.join('  ')}  effect ${share.toFixed(3)}`)
  }
}
