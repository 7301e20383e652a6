import { resolve } from 'node:path'
import { compareSeen, type Seen } from '#features/ledger/gossip.ts'
import { checkpointPath } from '#features/ledger/ledger-folder.ts'
import { verifyLedger } from '#features/ledger/verify.ts'
import { checkedNote, keyChain } from '#features/ledger/verify-keys.ts'
import { parseVerifier } from '#formats/tlog/note.ts'
import { type ExitCode, exitCodeFor } from './exit.ts'
import { folderAt, problemLine, readOr, refused } from './ledger.ts'
import { print, tell } from './output.ts'

export type LedgerGossipOptions = {
  /** The verifier key of the log. */
  readonly key: string
  /** An exported folder, whose tiles prove what continues what. */
  readonly folder?: string
}

const nowhere = { read: async () => null, list: async () => [] }

/** `parley ledger gossip FILES...`: compares checkpoints that several parties were given. */
export async function runLedgerGossip(
  files: readonly string[],
  { key, folder }: LedgerGossipOptions,
): Promise<ExitCode> {
  const verifier = parseVerifier(key)
  if (!verifier.ok) return refused({ ...verifier.refusal, code: 'bad-usage', at: '--key' })
  const from = folder === undefined ? nowhere : folderAt(resolve(folder))
  const chain = await keyChain(from, verifier.value)
  if (!chain.ok) return refused(chain.refusal)
  const seen: Seen[] = []
  for (const file of files) {
    const noted = checkedNote(await readOr(file), chain.value, file)
    if (!noted.ok) return refused(noted.refusal)
    seen.push({ from: file, checkpoint: noted.value.checkpoint })
  }
  let held = null
  if (folder !== undefined) {
    const report = await verifyLedger({ folder: from, key: verifier.value })
    if (!report.ok) return refused(report.refusal)
    const { problems, size, root, origin } = report.value
    if (problems.length > 0) {
      tell([`parley: ${folder} is not whole, so it proves nothing:`, ...problems.map(problemLine)])
      return exitCodeFor('malformed')
    }
    const checkpoint = { origin, size, root, extensions: [] }
    seen.push({ from: `${folder}/${checkpointPath}`, checkpoint })
    held = { files: from, size }
  }
  const { forks, unheld } = await compareSeen(seen, held)
  print(forks.map(({ one, other, why }) => `FORK ${one} and ${other}: ${why}`))
  if (unheld.length > 0) {
    tell([
      `parley: compared by size only, for want of a --folder that is as long: ${unheld.join(', ')}`,
    ])
  }
  if (forks.length > 0) return exitCodeFor('malformed')
  print([`${seen.length} checkpoints, no fork`])
  return 0
}
