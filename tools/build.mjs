// `npm run build`: the sources as JavaScript in `dist/`, because Node runs no TypeScript that lies
// under node_modules. Commands stay in files of their own, so that each loads what it needs.
import { rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { build } from 'esbuild'
import { root } from './install.mjs'

/** Where to build, `dist/` unless another folder is named. */
const outdir = resolve(process.argv[2] ?? join(root, 'dist'))
rmSync(outdir, { recursive: true, force: true })
await build({
  absWorkingDir: root,
  entryPoints: {
    cli: 'src/main/cli.ts',
    // Documents are read in a process of their own.
    'import-child': 'src/features/exchange/import-child.ts',
    // Background work is done in a thread of its own.
    'background-child': 'src/main/service/background-child.ts',
  },
  outdir,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  packages: 'external',
  outExtension: { '.js': '.mjs' },
  chunkNames: 'chunk-[hash]',
  legalComments: 'none',
  logLevel: 'warning',
})
