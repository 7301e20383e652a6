import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'

/** What a client needs to know of the service; it reads this from its environment. */
export type Target = {
  readonly url: string
  readonly token: string
  readonly staffToken: string
  readonly revokedToken: string
  readonly expiredToken: string
}

export type Outcome = { readonly is: 'pass' | 'fail' | 'skip'; readonly why: string }

/** Outcomes by the name of the case; or why this machine cannot run the client. */
export type Told = ReadonlyMap<string, Outcome> | string

type Client = {
  readonly name: string
  /** Answers whether the language is there. */
  readonly probe: readonly string[]
  readonly run: readonly string[]
}

const folder = join(import.meta.dirname, 'clients')
const at = (...path: readonly string[]): string => join(folder, ...path)

/** A Python that has `requests`, where the one on the path has not. */
const python = process.env['INTEROP_PYTHON'] ?? 'python3'

export const clients: readonly Client[] = [
  { name: 'curl', probe: ['curl', '--version'], run: ['sh', at('curl.sh')] },
  {
    name: 'Python urllib',
    probe: [python, '--version'],
    run: [python, at('python', 'urllib_client.py')],
  },
  {
    name: 'Python requests',
    probe: [python, '-c', 'import requests'],
    run: [python, at('python', 'requests_client.py')],
  },
  { name: 'Go net/http', probe: ['go', 'version'], run: ['go', 'run', at('go', 'main.go')] },
  {
    name: 'Java HttpClient',
    probe: ['java', '-version'],
    run: ['java', '-XX:TieredStopAtLevel=1', at('java', 'Client.java')],
  },
]

/** A client that says nothing any more has hung, which is a failure of what it was about to do. */
const wholeMs = 180_000

/** Runs one client to its end and reads what it printed. */
export async function outcomesOf({ probe, run }: Client, target: Target): Promise<Told> {
  const [program = '', ...args] = probe
  if (spawnSync(program, args, { stdio: 'ignore' }).status !== 0) {
    return `"${probe.join(' ')}" does not run here`
  }
  const { said, why } = await output(run, target)
  const told = new Map<string, Outcome>()
  for (const line of said.split('\n')) {
    const [name = '', is = '', reason = ''] = line.split('\t')
    if (is === 'pass' || is === 'fail' || is === 'skip') told.set(name, { is, why: reason })
  }
  if (why !== null) told.set('the client itself', { is: 'fail', why })
  return told
}

type Output = { readonly said: string; readonly why: string | null }

function output([program = '', ...args]: readonly string[], target: Target): Promise<Output> {
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: wholeMs,
    env: {
      ...process.env,
      PYTHONDONTWRITEBYTECODE: '1',
      INTEROP_URL: target.url,
      INTEROP_TOKEN: target.token,
      INTEROP_STAFF_TOKEN: target.staffToken,
      INTEROP_REVOKED_TOKEN: target.revokedToken,
      INTEROP_EXPIRED_TOKEN: target.expiredToken,
    },
  })
  let said = ''
  let complaint = ''
  child.stdout.on('data', (chunk) => {
    said += chunk
  })
  child.stderr.on('data', (chunk) => {
    complaint += chunk
  })
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ said, why: error.message }))
    child.on('close', (code, signal) => {
      const end = signal === null ? `ended with ${code}` : `did not end within ${wholeMs / 1000} s`
      const detail = complaint.trim().split('\n').at(-1) ?? ''
      resolve({ said, why: code === 0 ? null : `${end}: ${detail}` })
    })
  })
}
