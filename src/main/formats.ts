import { decoders } from '#features/exchange/decoders.ts'
import { environmentOf } from '#platform/config/environment.ts'
import { painter, screenOf } from '#platform/terminal/screen.ts'
import { tableLines } from '#platform/terminal/table.ts'
import { print } from './output.ts'

/** Lists every format that is read, with what its decoder was written from. */
export function runFormats({ json = false }: { readonly json?: boolean }): void {
  const listed = decoders.map(({ name, title, source }) => ({ name, title, source }))
  if (json) {
    print([JSON.stringify(listed, null, 2)])
    return
  }
  const screen = screenOf(process.stdout, environmentOf())
  const columns = [
    { title: 'Name', widthMin: 12 },
    { title: 'Format', widthMin: 20 },
    { title: 'Written from', widthMin: 20, screenMin: 70 },
  ]
  const rows = listed.map(({ name, title, source }) => [name, title, source])
  print(tableLines(columns, rows, { width: screen.width, paint: painter(screen) }))
}
