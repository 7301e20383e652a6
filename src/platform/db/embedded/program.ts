import { type ChildProcess, spawn } from 'node:child_process'
import type { Account } from './account.ts'

export type ProgramWish = {
  readonly program: string
  readonly args: readonly string[]
  /** PostgreSQL's data directory: see `pathFor`. */
  readonly data: string
  readonly account: Account
  /** Whether it is to live on when we end, out of reach of a Ctrl-C in our terminal. */
  readonly isToStay?: boolean
}

/**
 * How a program is to name the data directory it works in. One that runs as another user than we
 * may not be able to pass through what lies above it, such as the home of root. It is begun in that
 * directory, which needs no right on what lies above, and Linux keeps a name for it.
 */
export const pathFor = (data: string, account: Account): string =>
  account === null ? data : '/proc/self/cwd'

/** Begins a program of PostgreSQL, with nothing on its standard input and pipes for the rest. */
export function begin({ program, args, data, account, isToStay = false }: ProgramWish) {
  return spawn(program, args, {
    ...(account ?? {}),
    cwd: data,
    env: environment(),
    detached: isToStay,
    windowsHide: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

const saidCharsMax = 20_000

/** What a program says, as far as it has come: the end of it, where that is long. */
export function listen(child: ChildProcess): { readonly said: () => string } {
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (piece: Buffer) => {
      output = (output + piece.toString('utf8')).slice(-saidCharsMax)
    })
    stream?.on('error', () => undefined)
  }
  child.once('error', (error) => {
    output += `\nerror: it cannot be run on this system: ${error.message}`
  })
  return { said: () => output }
}

/** Runs a program to its end. */
export function run(wish: ProgramWish): Promise<{ readonly isOk: boolean; readonly said: string }> {
  const child = begin(wish)
  const { said } = listen(child)
  return new Promise((settle) => {
    child.once('error', () => settle({ isOk: false, said: said() }))
    child.once('close', (code) => settle({ isOk: code === 0, said: said() }))
  })
}

/** Nothing of our own environment concerns PostgreSQL, and some of it is secret. */
const environment = (): NodeJS.ProcessEnv => ({ PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' })
