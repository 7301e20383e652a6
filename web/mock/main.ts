import { createMock, serveBuilt } from './server.ts'

/** `node web/mock/main.ts [PORT] [CASES]`: the built pages over the mock, to look at. */
const [port = '4180', cases = '10000'] = process.argv.slice(2)
const mock = createMock({ cases: Number(cases) })
serveBuilt(mock).listen(Number(port), '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${port}/queue over ${cases} invented cases\n`)
})
