import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'

const Entries = z.record(z.string(), z.string())

const entriesMax = 20_000

/**
 * What was sent to one service before: by digest and options, the import it became. Losing it costs
 * time only, because the service knows documents by their bytes too.
 */
export class Journal {
  readonly #path: string
  readonly #entries: Map<string, string>

  private constructor(path: string, entries: Map<string, string>) {
    this.#path = path
    this.#entries = entries
  }

  static in(folder: string, origin: string): Journal {
    const name = createHash('sha256').update(origin).digest('hex').slice(0, 16)
    const path = join(folder, 'push', `${name}.json`)
    return new Journal(path, entriesOf(path))
  }

  importOf(key: string): string | null {
    return this.#entries.get(key) ?? null
  }

  keep(key: string, id: string): void {
    this.#entries.delete(key)
    this.#entries.set(key, id)
    const kept = [...this.#entries].slice(-entriesMax)
    try {
      mkdirSync(dirname(this.#path), { recursive: true })
      writeFileSync(`${this.#path}.part`, JSON.stringify(Object.fromEntries(kept)))
      renameSync(`${this.#path}.part`, this.#path)
    } catch {
      // Without a journal the next run sends again what the service then knows by its bytes.
    }
  }
}

function entriesOf(path: string): Map<string, string> {
  try {
    return new Map(Object.entries(Entries.parse(JSON.parse(readFileSync(path, 'utf8')))))
  } catch {
    return new Map()
  }
}
