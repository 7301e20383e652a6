// Builds the web app into dist/web where it is missing or older than its sources.
import { createHash } from 'node:crypto'
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from './install.mjs'

const out = join(root, 'dist', 'web')
const marker = join(out, '.built-from')

/** A digest of everything that the built app depends on. */
function digestOfSources() {
  const files = globSync(['web/**/*.{ts,tsx,css,html,svg}', 'src/**/*.wire.ts'], { cwd: root })
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')))
  for (const file of files.sort()) hash.update(file).update(readFileSync(join(root, file)))
  return hash.digest('hex')
}

/** @returns {Promise<boolean>} whether anything had to be built */
export async function buildWeb() {
  const wanted = digestOfSources()
  if (existsSync(marker) && readFileSync(marker, 'utf8') === wanted) return false
  const { build } = await import('vite')
  await build({ configFile: join(root, 'web', 'vite.config.ts'), logLevel: 'warn' })
  mkdirSync(out, { recursive: true })
  writeFileSync(marker, wanted)
  return true
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const isBuilt = await buildWeb()
  process.stdout.write(isBuilt ? 'Built dist/web.\n' : 'dist/web is up to date.\n')
}
