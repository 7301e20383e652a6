import { playAsTold, runWorlds } from '../test/worlds/run.ts'
import { runTiming } from '../test/worlds/timing.ts'

/** `npm run worlds -- 100000 [seed]` compares answers, `npm run worlds -- timing` times a no. */
const [wish = '20000', seed = '1'] = process.argv.slice(2)
if (wish === 'timing') {
  await runTiming(Number(process.argv[3] ?? 2_000))
  process.exit(0)
}
if (wish === 'lane') {
  await playAsTold()
  process.exit(0)
}
process.exit((await runWorlds(Number(wish), Number(seed))) ? 0 : 1)
