// Uses the embedded PostgreSQL of a folder until it is told to end: a process of its own for tests
// of what happens to it. Prints one JSON line once the server is up, or the refusal.
import { startEmbedded } from '#platform/db/embedded/embedded.ts'

const [dataFolder = ''] = process.argv.slice(2)
const started = await startEmbedded({
  dataFolder,
  log: ({ says }) => process.stderr.write(`${says}\n`),
})
if (started.ok) {
  const { pid, isAdopted, superuserUrl } = started.value
  const told = { pid: pid(), isAdopted, url: superuserUrl('postgres') }
  process.stdout.write(`${JSON.stringify(told)}\n`)
  process.stdin.on('end', async () => {
    await started.value.close()
    process.exit(0)
  })
  process.stdin.resume()
} else {
  process.stdout.write(`${JSON.stringify(started.refusal)}\n`)
  process.exit(7)
}
