// Uses the embedded PostgreSQL of a folder until it is told to end: a process of its own for tests
// of what happens to it. Prints one JSON line once the server is up, or the refusal; then one line
// for each line of its log.
import { startEmbedded } from '#platform/db/embedded/embedded.ts'

const say = (told: unknown): void => {
  process.stdout.write(`${JSON.stringify(told)}\n`)
}

const [dataFolder = ''] = process.argv.slice(2)
const begun = performance.now()
const started = await startEmbedded({ dataFolder, log: ({ says }) => say({ says }) })
if (started.ok) {
  const { pid, isAdopted, superuserUrl, address } = started.value
  const ms = Math.round(performance.now() - begun)
  say({ pid: pid(), isAdopted, url: superuserUrl('postgres'), socketFolder: address.host, ms })
  process.stdin.on('end', async () => {
    await started.value.close()
    process.exit(0)
  })
  process.stdin.resume()
} else {
  say(started.refusal)
  process.exit(7)
}
