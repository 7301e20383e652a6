import { join } from 'node:path'
import type { Mirrors } from './bundle-opening.ts'

const hint = 'a worker needs a mirror of it below PARLEY_MIRRORS, by host and path'

/** What of an address may be the name of a folder, and goes neither up nor anywhere else. */
const plainName = /^(?!\.)[\w.+~-]{1,200}$/

/**
 * Mirrors in a folder, each where its address says: `https://git.example/team/reader.git` lies in
 * `git.example/team/reader.git` or `git.example/team/reader`. An address names no other repository
 * than its own, whatever commits that one has: who hands in a proof sees what its code writes.
 */
export const mirrorsIn = (folder: string | null): Mirrors => ({
  of: (url) => {
    const place = folder === null ? null : placeOf(url)
    if (folder === null || place === null) return []
    return [join(folder, `${place}.git`), join(folder, place)]
  },
  hint,
})

/** Such as `git.example/team/reader`; null for an address that is no place in a folder. */
function placeOf(address: string): string | null {
  const url = URL.parse(address)
  if (url?.protocol !== 'https:' || url.username !== '' || url.password !== '') return null
  const host = url.host.replace(':', '+')
  const names = url.pathname
    .replace(/^\//, '')
    .replace(/\/$/, '')
    .replace(/\.git$/, '')
    .split('/')
  return [host, ...names].every((name) => plainName.test(name)) ? join(host, ...names) : null
}

/** One repository that is named for a proof, whatever its address. */
export const oneMirror = (folder: string | null): Mirrors => ({
  of: () => (folder === null ? [] : [folder]),
  hint: 'name a repository that has it with --mirror',
})
