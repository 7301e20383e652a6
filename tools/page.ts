import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/** The script and style of the triage page as lines, as `html.ts` embeds them. */
export type PageBundle = { readonly script: readonly string[]; readonly style: readonly string[] }

const exchange = fileURLToPath(new URL('../src/features/exchange/', import.meta.url))

/** Where the bundle is kept, so that neither a run nor the published package needs a bundler. */
export const bundlePath = join(exchange, 'page.generated.json')

/** Bundles the page's program to one script that any browser of the last two years runs. */
export async function bundlePage(): Promise<PageBundle> {
  const { outputFiles } = await build({
    entryPoints: [join(exchange, 'page/main.ts')],
    absWorkingDir: exchange,
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    charset: 'ascii',
    legalComments: 'none',
    logLevel: 'silent',
  })
  const [file] = outputFiles
  if (!file) throw new Error('the bundler wrote nothing')
  const style = readFileSync(join(exchange, 'page/page.css'), 'utf8')
  return { script: file.text.split('\n'), style: style.split('\n') }
}

/** How the bundle is written to its file. */
export const bundleJson = (bundle: PageBundle): string => `${JSON.stringify(bundle, null, 1)}\n`

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(bundlePath, bundleJson(await bundlePage()))
}
