import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Outcome, Target, Told } from './client.ts'

/** What verifies the ledger that is not ours: Go's packages for transparency logs. */
export const ledgerVerifier = 'Go sumdb'

const compiler = 'go'
const source = join(import.meta.dirname, 'ledger')
const launcher = join(import.meta.dirname, '..', '..', 'bin', 'parley.mjs')
/** With what the clients did before, two full tiles of entries and a part of a third. */
const privileged = 600

/**
 * Has the service do what is recorded, exports its ledger twice, and lets the other verifier look
 * at the folder: as it is, and with one byte changed.
 */
export async function ledgerOutcomes(data: string, target: Target): Promise<Told> {
  const work = mkdtempSync(join(tmpdir(), 'parley-ledger-'))
  try {
    const verifier = join(work, process.platform === 'win32' ? 'verify.exe' : 'verify')
    const built = spawnSync(compiler, ['build', '-C', source, '-o', verifier, '.'], {
      encoding: 'utf8',
    })
    if (built.error) return '"go" does not run here'
    if (built.status !== 0) return `its verifier cannot be built: ${built.stderr.trim()}`
    await recorded(target, 40)
    const older = exported(data, join(work, 'older'))
    await recorded(target, privileged)
    const newer = exported(data, join(work, 'newer'))
    const against = join(older.folder, 'checkpoint')
    const run = (folder: string, key = newer.key): Outcome => {
      const { status, stderr } = spawnSync(verifier, [folder, key, against], { encoding: 'utf8' })
      return status === 0 ? { is: 'pass', why: '' } : { is: 'fail', why: stderr.trim() }
    }
    const refused = (path: string, place: number): Outcome => {
      const folder = join(work, `changed-${path.replaceAll('/', '-')}`)
      cpSync(newer.folder, folder, { recursive: true })
      const bytes = readFileSync(join(folder, path))
      bytes[place] = (bytes[place] ?? 0) ^ 1
      writeFileSync(join(folder, path), bytes)
      const { is } = run(folder)
      return is === 'fail' ? { is: 'pass', why: '' } : { is: 'fail', why: 'it was taken for whole' }
    }
    return new Map([
      ['ledger: signature, tiles, entries, older checkpoint', run(newer.folder)],
      ['ledger: an entry with a changed byte is refused', refused('tile/entries/001', 40)],
      ['ledger: a tile with a changed byte is refused', refused('tile/0/000', 700)],
      ['ledger: a checkpoint with a changed byte is refused', refused('checkpoint', 30)],
    ])
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

/** Makes so many tokens; each is an entry of the ledger. */
async function recorded({ url, staffToken }: Target, times: number): Promise<void> {
  for (let at = 0; at < times; at++) {
    const body = { name: `ledger ${at}`, organisation: 'Laboratory', role: 'finder', days: 1 }
    const answer = await fetch(`${url}/v1/tokens`, {
      method: 'POST',
      headers: { authorization: `Bearer ${staffToken}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (!answer.ok) throw new Error(`a token was not made: ${answer.status}`)
    await answer.arrayBuffer()
  }
}

function exported(data: string, folder: string): { readonly folder: string; readonly key: string } {
  const { PATH, HOME, LANG } = process.env
  const args = [launcher, 'ledger', 'export', '--data', data, folder]
  const ran = spawnSync(process.execPath, args, { encoding: 'utf8', env: { PATH, HOME, LANG } })
  const key = /--key": (\S+)/.exec(ran.stderr)?.[1]
  if (ran.status !== 0 || key === undefined) throw new Error(`no export: ${ran.stderr}`)
  return { folder, key }
}
