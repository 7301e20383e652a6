import type { Pool } from 'pg'
import { z } from 'zod'
import { recordFor, tellEngagement } from '#features/engagement/engagement-event.store.ts'
import { record } from '#features/ledger/ledger.store.ts'
import { may } from '#features/org/access.ts'
import { actorOf, type Principal, randomName } from '#features/org/org.ts'
import { Shares } from '#features/report/shares.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { type Blobs, blobRefShape } from '#platform/blobs/blobs.ts'
import { asActor, systemActor, type Tx } from '#platform/db/as-actor.ts'
import { type Answer, jsonAnswer, problemAnswer } from '#platform/http/answer.ts'
import type { Body } from '#platform/http/body.ts'
import { downloadRoute } from '#platform/http/download-route.ts'
import { type Problem, problem } from '#platform/http/problem.ts'
import { rawRoute } from '#platform/http/raw-route.ts'
import { done, type Route } from '#platform/http/route.ts'
import { KeptBlobs, NotKept } from './kept-blobs.ts'
import { noPack } from './pack-shelf.routes.ts'
import {
  filesFor,
  type Handing,
  isUploadKept,
  type KeptFile,
  keepFiles,
  openingsOf,
  type PackRow,
  packById,
  tellPack,
} from './pack-shelf.store.ts'
import { HandedInWire } from './pack-shelf.wire.ts'
import { readSealedTar, sealedTarBytesMax, tarBytesOf, tarOfSealed } from './sealed-tar.ts'

export type SealedPackParts = {
  readonly pool: Pool
  readonly blobs: Blobs
  /** Packs that may be on their way at once. */
  readonly uploadsMax?: number
}

const uploadsMaxDefault = 4
const byId = z.strictObject({ id: z.string().max(100) })
const refusals = ['unauthenticated', 'not-allowed', 'not-found'] as const
const media = 'application/x-tar'

/** Sealed packs themselves, which the service cannot open. */
export function sealedPackRoutes(parts: SealedPackParts): readonly Route<Principal>[] {
  const { uploadsMax = uploadsMaxDefault } = parts
  const uploads = new Shares(uploadsMax, Math.max(1, uploadsMax / 2))
  return [handInRoute(parts, uploads), fetchRoute(parts)]
}

const handInRoute = (parts: SealedPackParts, uploads: Shares): Route<Principal> =>
  rawRoute({
    ...{ method: 'PUT', path: '/v1/packs/{id}/sealed', name: 'handInPack', tag: 'packs' },
    summary: 'Hand in a sealed pack, once: a tar archive of what `parley pack seal` wrote',
    access: may('evaluate'),
    params: byId,
    takes: [media, 'application/octet-stream'],
    limits: { bytesMax: sealedTarBytesMax, idleMs: 30_000, wholeMs: 1_800_000 },
    answers: [
      { status: 201, description: 'Kept.', mediaType: 'application/json', shape: HandedInWire },
    ],
    problems: [
      ...([...refusals, 'malformed', 'invalid', 'already-there', 'too-large'] as const),
      ...(['too-slow', 'saturated', 'no-space'] as const),
    ],
    // What is not there takes no room from what is, so that asking for it tells nothing.
    before: async ({ principal, params, carriesBody }) => {
      if (!carriesBody) return no(problem('malformed', 'An archive is needed as the body.'))
      const actor = actorOf(principal)
      const pack = await asActor(parts.pool, actor, (tx) => packToFill(tx, params.id))
      if (!pack.ok) return pack
      return uploads.hasRoom(principal.organisation) ? yes(pack.value) : no(busy())
    },
    run: async ({ ticket: pack, body, principal, requestId, clock }) => {
      const leave = uploads.enter(principal.organisation, 1)
      try {
        return await taken(parts, { pack, body, principal, requestId, now: clock.now() })
      } finally {
        leave()
      }
    },
  })

const busy = () =>
  problem('saturated', 'Too many packs are on their way; nothing of this was stored.', {
    headers: { 'retry-after': '30' },
  })

const already = () =>
  problem('already-there', 'It was handed in before: what is sealed anew is a new version.')

/** A pack that whoever acts keeps, and of which nothing sealed is there yet. */
async function packToFill(tx: Tx, id: string): Promise<Result<PackRow, Problem>> {
  const pack = await packById(tx, id)
  if (pack === null) return no(noPack())
  if (!pack.mayKeep) return no(problem('not-allowed', 'Who committed to a pack hands it in.'))
  return pack.holders === null ? yes(pack) : no(already())
}

type Taking = {
  readonly pack: PackRow
  readonly body: Body
  readonly principal: Principal
  readonly requestId: string
  readonly now: Date
}

/** What a blob of a sealed pack belongs to. */
const ownerOf = (pack: string, upload: string): string => `pack ${pack} ${upload}`

async function taken(
  { pool, blobs }: SealedPackParts,
  { pack, body, principal, requestId, now }: Taking,
): Promise<Answer> {
  const upload = randomName()
  await using kept = new KeptBlobs(blobs, { associatedData: ownerOf(pack.id, upload) })
  const keep = async (name: string, content: AsyncIterable<Buffer>): Promise<KeptFile> => {
    const blob = await kept.put(content)
    return { name, upload, blob, sizeBytes: blob.sizeBytes, sha256: blob.sha256 }
  }
  try {
    const read = await readSealedTar(body, keep)
    if (!read.ok) {
      const detail = `This is no sealed pack: it ${read.refusal}.`
      return problemAnswer(problem('invalid', detail), requestId)
    }
    const files = [...read.value.files.values()]
    const holders = read.value.holders.map(({ name }) => name)
    const handing = { packNo: pack.no, holders, files, person: principal.person, now }
    const isKept = await kept.referredTo(
      () => asActor(pool, actorOf(principal), (tx) => handedIn(tx, pack, handing)),
      async () => {
        const isThere = await asActor(pool, systemActor, (tx) => isUploadKept(tx, pack.no, upload))
        return isThere ? true : null
      },
    )
    if (!isKept) return problemAnswer(already(), requestId)
    kept.stay()
    const told = files.map(({ name, sizeBytes, sha256 }) => ({ name, sizeBytes, sha256 }))
    return jsonAnswer(201, { holders, files: told })
  } catch (error) {
    if (!(error instanceof NotKept)) throw error
    const why = `Nothing was stored: the pack ${error.message}. Try again later.`
    return problemAnswer(problem('no-space', why), requestId)
  }
}

/** Writes down what was handed in; false where there is a sealed pack already. */
async function handedIn(tx: Tx, pack: PackRow, handing: Handing): Promise<boolean> {
  if (!(await keepFiles(tx, handing))) return false
  const { files, holders, now } = handing
  const fields = { files: String(files.length), holders: String(holders.length) }
  const of = { action: 'pack.hand-in', kind: 'pack', record: pack.id } as const
  await record(tx, [{ at: now, ...of, digest: pack.root, fields }])
  await tellPack(tx, pack.id, now)
  return true
}

const fetchRoute = ({ pool, blobs }: SealedPackParts): Route<Principal> =>
  downloadRoute({
    ...{ method: 'GET', path: '/v1/packs/{id}/sealed', name: 'fetchPack', tag: 'packs' },
    summary: 'A sealed pack: with the key of a pair of holders only after two people agreed',
    access: may('evaluate'),
    params: byId,
    sends: [media],
    problems: [...refusals, 'not-in-this-state'],
    run: async ({ principal, params, clock }) => {
      const now = clock.now()
      const found = await asActor(pool, actorOf(principal), (tx) =>
        fetched(tx, { id: params.id, principal, now }),
      )
      if (!found.ok) return found
      const { pack, files } = found.value
      const listed = files.map((file) => ({
        ...{ name: file.name, sizeBytes: file.sizeBytes },
        content: () => blobs.open(blobRefShape.parse(file.blob), ownerOf(pack.id, file.upload)),
      }))
      const { name, version } = pack.commitment
      return done(
        {
          ...{ fileName: `${name}-${version}-sealed.tar`, mediaType: media },
          ...{ sizeBytes: tarBytesOf(listed), content: tarOfSealed(listed) },
        },
        {},
      )
    },
  })

type Fetching = { readonly id: string; readonly principal: Principal; readonly now: Date }

/** What somebody fetches now, written down: keys for whoever they are let have them. */
async function fetched(
  tx: Tx,
  { id, principal, now }: Fetching,
): Promise<Result<{ readonly pack: PackRow; readonly files: readonly KeptFile[] }, Problem>> {
  const pack = await packById(tx, id)
  if (pack === null) return no(noPack())
  if (!pack.mayQuery) {
    return no(problem('not-allowed', 'You may see that this pack exists, and not fetch it.'))
  }
  const open = (await openingsOf(tx, pack.no)).filter(
    ({ person, until }) => person === principal.person && until > now,
  )
  const names = new Set(open.map(({ pair }) => `pairs/${pair}.age`))
  // The database holds the same bound by its own clock; the stricter of the two counts.
  const files = (await filesFor(tx, pack.no)).filter(
    ({ name }) => !name.startsWith('pairs/') || names.has(name),
  )
  if (files.length === 0) {
    return no(problem('not-in-this-state', 'It was committed to, and not handed in yet.'))
  }
  const keys = files.filter(({ name }) => name.startsWith('pairs/')).map(({ name }) => name)
  const fields = { keys: keys.length === 0 ? 'none' : keys.join(' ') }
  const of = { at: now, action: 'pack.fetch', kind: 'pack', record: pack.id, fields } as const
  const engagements = new Set(keys.length === 0 ? [] : open.map(({ engagement }) => engagement))
  if (engagements.size === 0) await record(tx, [{ ...of, digest: pack.root }])
  for (const engagement of engagements) {
    await recordFor(tx, engagement, [{ ...of, digest: pack.root }])
    await tellEngagement(tx, engagement, now)
  }
  return yes({ pack, files })
}
