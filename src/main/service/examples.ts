import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { Pool } from 'pg'
import { z } from 'zod'
import { saveAdvisories } from '#features/case/advisory.store.ts'
import { readPublicFile } from '#features/exchange/public-file.ts'
import { may } from '#features/org/access.ts'
import { actorOf, type Principal } from '#features/org/org.ts'
import { deposit } from '#features/report/import.store.ts'
import { contentOwner, type ReportKeys } from '#features/report/incoming.ts'
import { ImportAcceptedWire } from '#features/report/report.wire.ts'
import type { Clock } from '#kernel/clock.ts'
import { no, yes } from '#kernel/result.ts'
import type { Blobs } from '#platform/blobs/blobs.ts'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import { problem } from '#platform/http/problem.ts'
import { type Route, route } from '#platform/http/route.ts'
import { rootFolder } from './database.ts'

export type ExampleParts = {
  readonly pool: Pool
  readonly blobs: Blobs
  readonly clock: Clock
  readonly keys: ReportKeys
}

/** Hands in the example findings, so that a new instance has something to show. */
export const exampleRoute = ({ pool, blobs, clock, keys }: ExampleParts): Route<Principal> =>
  route({
    ...{ method: 'POST', path: '/v1/examples', name: 'loadExamples', tag: 'intake' },
    summary: 'Hand in the example findings: invented flaws of invented software',
    access: may('hand-in', 'read'),
    input: z.strictObject({}),
    output: z.strictObject({ items: z.array(ImportAcceptedWire) }),
    status: 202,
    problems: ['unauthenticated', 'not-allowed', 'not-found', 'no-space'],
    run: async ({ principal }) => {
      const files = filesIn('findings')
      await takePublic(pool, clock)
      if (files.length === 0) return no(problem('not-found', 'This package has no examples.'))
      const items: z.infer<typeof ImportAcceptedWire>[] = []
      for (const { name, bytes } of files) {
        const owner = contentOwner(principal.organisation)
        const blob = await blobs.put(bytes, { sealed: true, associatedData: owner })
        if (!blob.ok) return no(problem('no-space', 'The examples cannot be kept on this disk.'))
        const document = { name, series: null, format: null, blob: blob.value }
        const asked = { document, once: null, now: clock.now(), keys }
        const deposited = await deposit(pool, actorOf(principal), asked)
        if (deposited === null) continue
        const message = deposited.isKnown ? `${name} is here already.` : `${name} is read now.`
        items.push({ import: deposited.id, isKnown: deposited.isKnown, message })
      }
      return yes({ items })
    },
  })

type ExampleFile = { readonly name: string; readonly bytes: Buffer }

/** Empty where the package came without examples. */
function filesIn(folder: string): ExampleFile[] {
  const base = join(rootFolder(), 'examples', folder)
  if (!existsSync(base)) return []
  return readdirSync(base, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => ({ name: relative(base, path), bytes: readFileSync(path) }))
}

/** What the public knows of the invented flaws, before anything is ranked by it. */
async function takePublic(pool: Pool, clock: Clock): Promise<void> {
  for (const { name, bytes } of filesIn('known')) {
    const { file } = readPublicFile(name, bytes.toString('utf8'))
    if (file === null) continue
    await asActor(pool, systemActor, (tx) => saveAdvisories(tx, file, clock.now()))
  }
}
