import { freshDatabase } from '../test/db/database.ts'
import { differences } from '../test/labels/twin.ts'

/**
 * Compares what label.ts and the database say of random labels and clearances:
 * `npm run twin -- 1000000`. Needs PARLEY_TEST_DATABASE, as the tests do.
 */
const pairs = Number(process.argv[2] ?? 1_000_000)
const partMax = 100_000
await using database = await freshDatabase()
const began = performance.now()
let different = 0
for (let done = 0; done < pairs; done += partMax) {
  const part = Math.min(partMax, pairs - done)
  const found = await differences(database.app, { pairs: part, seed: done })
  for (const one of found.slice(0, 3)) console.error(JSON.stringify(one))
  different += found.length
}
const seconds = Math.round((performance.now() - began) / 1000)
console.info(`${pairs} pairs, ${different} differences, ${seconds} s`)
process.exitCode = different === 0 ? 0 : 1
