import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
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
    const old = join(older.folder, 'checkpoint')
    const run = (folder: string, key = newer.key, against = old): Outcome => {
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
    parley(['rotate-key', '--data', data, '--reason', 'to see whether others follow'])
    const changed = exported(data, join(work, 'changed'))
    await recorded(target, 5)
    const rotated = exported(data, join(work, 'rotated'))
    const [change = ''] = readdirSync(join(rotated.folder, 'key-change'))
    const both = join(rotated.folder, 'key-change', change)
    const byOld = run(rotated.folder, newer.key)
    const isRefused: Outcome =
      byOld.is === 'fail' ? { is: 'pass', why: '' } : { is: 'fail', why: 'it was taken' }
    return new Map([
      ['ledger: the old key verifies up to its successor', run(changed.folder, newer.key)],
      ['ledger: the new key goes on from there', run(rotated.folder, rotated.key, both)],
      ['ledger: the old key does not verify what the new one signed', isRefused],
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
  const key = /--key": (\S+)/.exec(parley(['export', '--data', data, folder]))?.[1]
  if (key === undefined) throw new Error('no export')
  return { folder, key }
}

/** Runs a command of the ledger; answers what it says beside its output. */
function parley(args: readonly string[]): string {
  const { PATH, HOME, LANG } = process.env
  const options = { encoding: 'utf8', env: { PATH, HOME, LANG } } as const
  const ran = spawnSync(process.execPath, [launcher, 'ledger', ...args], options)
  if (ran.status !== 0) throw new Error(`parley ledger ${args[0]}: ${ran.stderr}`)
  return ran.stderr
}
