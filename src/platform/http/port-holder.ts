import { readdir, readFile, readlink } from 'node:fs/promises'

/** The process that listens at a port. */
export type PortHolder = { readonly pid: number; readonly command: string }

/** `LISTEN` in /proc/net/tcp (include/net/tcp_states.h of Linux). */
const listening = '0A'

/**
 * The sockets that listen at a port, by inode, from the text of /proc/net/tcp or tcp6: lines of
 * `sl local_address rem_address st tx:rx tr:tm retrnsmt uid timeout inode`, numbers in hex.
 */
export function listeningInodes(table: string, port: number): readonly string[] {
  return table
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/)
      const at = Number.parseInt(local.split(':')[1] ?? '', 16)
      return at === port && state === listening && inode !== undefined ? [inode] : []
    })
}

/** Who holds a port, as far as this user may see: Linux alone says, and of one's own processes. */
export async function portHolder(port: number): Promise<PortHolder | null> {
  const tables = await Promise.all(['tcp', 'tcp6'].map((name) => textOf(`/proc/net/${name}`)))
  const sockets = new Set(
    tables.flatMap((table) => listeningInodes(table, port)).map((inode) => `socket:[${inode}]`),
  )
  if (sockets.size === 0) return null
  const names = await readdir('/proc').catch(() => [])
  for (const pid of names.filter((name) => /^\d+$/.test(name))) {
    if (!(await holdsOne(pid, sockets))) continue
    const command = (await textOf(`/proc/${pid}/cmdline`)).replaceAll('\0', ' ').trim()
    return { pid: Number(pid), command: command.slice(0, 200) }
  }
  return null
}

async function holdsOne(pid: string, sockets: ReadonlySet<string>): Promise<boolean> {
  const folder = `/proc/${pid}/fd`
  const names = await readdir(folder).catch(() => [])
  const links = await Promise.all(
    names.map((name) => readlink(`${folder}/${name}`).catch(() => '')),
  )
  return links.some((link) => sockets.has(link))
}

const textOf = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '')
