/** Only a path of this very site: an address from outside never decides where one lands. */
export function safePath(next: string | undefined): string {
  if (!next?.startsWith('/') || /^\/[/\\]/.test(next)) return '/'
  const url = URL.parse(next, window.location.origin)
  return url?.origin === window.location.origin ? url.pathname + url.search + url.hash : '/'
}
