import { runWorlds } from '../test/worlds/run.ts'

const [wish = '20000', seed = '1'] = process.argv.slice(2)
const isSame = await runWorlds(Number(wish), Number(seed))
process.exit(isSame ? 0 : 1)
