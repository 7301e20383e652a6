import { useSyncExternalStore } from 'react'
import { listImports } from '../../api/client.ts'
import { isProblem, saysOf } from '../../api/problem.ts'
import type { Import } from '../../api/types.ts'
import { upload, uploadBytesMax } from '../../api/upload.ts'
import { said } from '../../ui/toast.tsx'
import { counted, sizeOf } from '../../ui/words.ts'

/** A file on its way. It outlives the page: whoever goes elsewhere finds it when coming back. */
export type Upload = {
  readonly key: string
  readonly name: string
  readonly sizeBytes: number
  readonly sentBytes: number
  readonly state: 'waiting' | 'sending' | 'stored' | 'refused' | 'stopped'
  /** What the server said, or what to do. */
  readonly says: string
  readonly import: string | null
}

export type Picked = { readonly file: File; readonly name: string }

/** What is said of all files that are handed in together; each may be empty. */
export type Said = { readonly series: string; readonly label: string }

type Work = Said & { readonly file: File; abort: AbortController }

/** Two at a time keep the line busy while the server stores one. */
const atOnce = 2
const pollMs = 3000

let uploads: readonly Upload[] = []
const work = new Map<string, Work>()
/** Imports begun here whose end was not told yet. */
const followed = new Set<string>()
let isFollowing = false
const listeners = new Set<() => void>()

function set(next: readonly Upload[]): void {
  uploads = next
  for (const listener of listeners) listener()
}

const patch = (key: string, change: Partial<Upload>): void =>
  set(uploads.map((one) => (one.key === key ? { ...one, ...change } : one)))

export const useUploads = (): readonly Upload[] =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => uploads,
  )

/** Puts files in line. Those that the server would refuse for their size are not sent at all. */
export function handIn(picked: readonly Picked[], told: Said): void {
  const added = picked.map(({ file, name }): Upload => {
    const key = newKey()
    const isTooLarge = file.size > uploadBytesMax
    if (!isTooLarge) work.set(key, { file, ...told, abort: new AbortController() })
    return {
      ...{ key, name, sizeBytes: file.size, sentBytes: 0, import: null },
      state: isTooLarge ? 'refused' : 'waiting',
      says: isTooLarge ? tooLarge(file.size) : '',
    }
  })
  set([...added, ...uploads])
  next()
}

const tooLarge = (size: number): string =>
  `${sizeOf(size)} is more than the ${sizeOf(uploadBytesMax)} that one file may have. ` +
  'Compress it with gzip or zip, or split it: findings that come twice are recognised.'

/** A name for this hand-in that nobody else can guess; also where there is no secure context. */
const newKey = (): string =>
  [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')

function next(): void {
  const busy = uploads.filter(({ state }) => state === 'sending').length
  // The one chosen first is sent first; new ones stand on top of the list.
  const waiting = uploads.findLast(({ state }) => state === 'waiting')
  window.onbeforeunload = busy > 0 || waiting ? (event) => event.preventDefault() : null
  if (waiting === undefined || busy >= atOnce) return
  void sendOne(waiting)
  next()
}

async function sendOne({ key, name }: Upload): Promise<void> {
  const job = work.get(key)
  if (job === undefined) return
  patch(key, { state: 'sending', sentBytes: 0, says: '' })
  try {
    const accepted = await upload({
      ...{ name, file: job.file, series: job.series, label: job.label },
      idempotencyKey: key,
      onSent: (sentBytes) => patch(key, { sentBytes }),
      signal: job.abort.signal,
    })
    work.delete(key)
    patch(key, { state: 'stored', says: accepted.message, import: accepted.import })
    if (!accepted.isKnown) follow([accepted.import])
  } catch (error) {
    const isStopped = !isProblem(error) && job.abort.signal.aborted
    patch(key, {
      state: isStopped ? 'stopped' : 'refused',
      says: isStopped ? 'Stopped; nothing of it was stored.' : saysOf(error),
    })
  }
  next()
}

/** Sends again what was refused or stopped, under the same key. */
export function sendAgain(key: string): void {
  const job = work.get(key)
  if (job === undefined) return
  job.abort = new AbortController()
  patch(key, { state: 'waiting' })
  next()
}

export const canSendAgain = ({ key, state }: Upload): boolean =>
  work.has(key) && (state === 'refused' || state === 'stopped')

export function stop({ key, state }: Upload): void {
  if (state === 'waiting') patch(key, { state: 'stopped', says: 'Not sent.' })
  else work.get(key)?.abort.abort()
}

/** Takes what has ended off the list; what the server has stays there. */
export function clearEnded(): void {
  const ended = uploads.filter(({ state }) => state !== 'waiting' && state !== 'sending')
  for (const { key } of ended) work.delete(key)
  set(uploads.filter((one) => !ended.includes(one)))
}

/** Tells when imports have ended, wherever the person is by then. */
export function follow(imports: readonly string[]): void {
  for (const id of imports) followed.add(id)
  if (!isFollowing && followed.size > 0) setTimeout(lookAfter, pollMs)
  isFollowing = followed.size > 0
}

async function lookAfter(): Promise<void> {
  const items = await listImports().then(
    (list) => list.items,
    () => [],
  )
  const ended = items.filter(({ id, state }) => followed.has(id) && hasEnded(state))
  for (const { id } of ended) followed.delete(id)
  // Tens of files end together: one word for all of them.
  if (ended.length > 0) said(endWords(ended))
  const isLost = !items.some(({ id }) => followed.has(id)) && items.length > 0
  isFollowing = followed.size > 0 && !isLost
  if (isFollowing) setTimeout(lookAfter, pollMs)
}

export const hasEnded = (state: Import['state']): boolean =>
  state === 'placed' || state === 'refused'

function endWords(ended: readonly Import[]): string {
  const [first] = ended
  const sum = (name: 'reports' | 'cases' | 'duplicates'): number =>
    ended.reduce((all, { counts }) => all + counts[name], 0)
  const what = ended.length === 1 && first ? first.name : counted(ended.length, 'import')
  const refused = ended.filter(({ state }) => state === 'refused').length
  const no = refused > 0 ? ` ${counted(refused, 'file')} could not be read: see Import.` : ''
  return (
    `${what}: done. ${counted(sum('reports'), 'new report')}, ` +
    `${counted(sum('cases'), 'new case')}, ${counted(sum('duplicates'), 'duplicate')}.${no}`
  )
}
