/** A repository without scheme, `.git` and closing slashes, e.g. `github.com/owner/name`. */
export function repositoryName(address: string | undefined): string | undefined {
  const path = (address ?? '').trim().replace(/^[a-z+]{1,20}:\/\//i, '')
  let end = path.length
  while (path[end - 1] === '/') end -= 1
  if (path.slice(0, end).endsWith('.git')) end -= 4
  return path.slice(0, end) || undefined
}
