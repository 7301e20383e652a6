import { fileURLToPath } from 'node:url'
import tailwind from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

const folder = fileURLToPath(new URL('.', import.meta.url))
const api = process.env['PARLEY_WEB_API']

/** Answers `/v1` from the mock, unless PARLEY_WEB_API names a server to pass requests on to. */
const mockApi = (): Plugin => ({
  name: 'parley-mock-api',
  apply: 'serve',
  async configureServer(server) {
    if (api !== undefined) return
    // By address, so that Node loads it with its own imports instead of Vite bundling it here.
    const { createMock } = await import(new URL('./mock/server.ts', import.meta.url).href)
    const mock = createMock()
    server.middlewares.use((request, response, next) => {
      if (request.url?.startsWith('/v1/')) void mock.answer(request, response)
      else next()
    })
  },
})

// biome-ignore lint/style/noDefaultExport: Vite reads its configuration from the default export.
export default defineConfig({
  root: folder,
  plugins: [react(), tailwind(), mockApi()],
  publicDir: 'public',
  server: { host: '127.0.0.1', ...(api ? { proxy: { '/v1': api } } : {}) },
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    target: ['chrome123', 'firefox128', 'safari17.5'],
    // Nothing is inlined: the content security policy allows files of this host only.
    assetsInlineLimit: 0,
    sourcemap: false,
    modulePreload: { polyfill: false },
  },
})
