import { runWorlds } from '../test/worlds/run.ts'
import { runTiming } from '../test/worlds/timing.ts'

/** `npm run worlds -- 100000 [seed]` compares answers, `npm run worlds -- timing` times a no. */
const [wish = '20000', seed = '1'] = process.argv.slice(2)
const isSame = wish === 'timing' ? await runTiming() : await runWorlds(Number(wish), Number(seed))
process.exit(isSame ? 0 : 1)
