const types = {
  csv: 'text/csv;charset=utf-8',
  svg: 'image/svg+xml',
  json: 'application/json',
} as const

/** Gives the person a file that the page made. */
export function saveFile(name: string, kind: keyof typeof types, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: types[kind] }))
  const link = document.createElement('a')
  link.href = address
  link.download = `${name}.${kind}`
  link.click()
  // The browser needs the address until it has begun to write the file.
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}
