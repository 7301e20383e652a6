import { Catalog } from '#features/catalog/catalog.ts'
import { type PublicReading, readPublicFile } from '#features/exchange/public-file.ts'
import { documentsOf } from '#platform/files/documents.ts'
import { type ExitCode, exitCodeFor, worse } from './exit.ts'
import { tell } from './output.ts'

/** Reads files of what is public: OSV, CVE, CSAF and GitHub records, KEV, EPSS. */
export async function readKnown(
  names: readonly string[],
): Promise<{ catalog: Catalog; code: ExitCode }> {
  const catalog = new Catalog()
  const code = await eachPublicFile(names, async ({ file }) => {
    if (file?.findings) catalog.addRecords(file.name, file.findings)
    if (file?.kev) catalog.addKev(file.name, file.kev)
    if (file?.epss) catalog.addEpss(file.name, file.epss)
  })
  return { catalog, code }
}

/** Hands over each file that the names stand for, and tells what cannot be read. */
export async function eachPublicFile(
  names: readonly string[],
  take: (reading: PublicReading) => Promise<void>,
): Promise<ExitCode> {
  let code: ExitCode = 0
  for await (const input of documentsOf(names)) {
    if (input.is === 'refused') {
      tell([`parley: ${input.name}: ${input.refusal.why}`])
      code = worse(code, exitCodeFor(input.refusal.code))
      continue
    }
    const reading = readPublicFile(input.name, input.text)
    const problems = reading.problems.filter(({ lost }) => lost)
    for (const { why, pointer } of problems.slice(0, 3)) {
      tell([`parley: ${input.name}${pointer ? ` at ${pointer}` : ''}: ${why}`])
    }
    if (problems.length > 0) code = worse(code, 4)
    await take(reading)
  }
  return code
}
