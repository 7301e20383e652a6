import { type FileHandle, open } from 'node:fs/promises'

/** That the disk, and not the network, is what failed. */
export class NotWritable extends Error {
  override readonly name = 'NotWritable'
}

/**
 * A file that is being fetched. What came before a connection broke stays in it, so that the next
 * attempt need only ask for the rest.
 */
export class Draft {
  readonly path: string
  sizeBytes = 0
  #file: FileHandle | null = null

  constructor(path: string) {
    this.path = path
  }

  /** Begins anew: what was there is gone. */
  async restart(): Promise<void> {
    await guarded(async () => {
      this.#file ??= await open(this.path, 'w')
      await this.#file.truncate(0)
    })
    this.sizeBytes = 0
  }

  async append(bytes: Uint8Array): Promise<void> {
    const file = this.#file
    if (file === null) throw new NotWritable('the draft was not begun')
    await guarded(async () => {
      for (let written = 0; written < bytes.length; ) {
        const rest = bytes.subarray(written)
        const { bytesWritten } = await file.write(rest, 0, rest.length, this.sizeBytes + written)
        written += bytesWritten
      }
    })
    this.sizeBytes += bytes.length
  }

  /** What was written has reached the disk, so that the file may take another's place. */
  async finish(): Promise<void> {
    await guarded(async () => this.#file?.sync())
    await this.close()
  }

  async close(): Promise<void> {
    const file = this.#file
    this.#file = null
    await guarded(async () => file?.close())
  }
}

async function guarded(work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    throw new NotWritable(error instanceof Error ? error.message : String(error))
  }
}
