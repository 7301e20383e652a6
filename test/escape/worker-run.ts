// A worker with one run that goes on for long; the test ends it without a warning.
import { openSandbox } from '#platform/sandbox/open-sandbox.ts'
import { limits, never, runOf } from './sandboxes.ts'

const opened = await openSandbox('namespaces', {}, never)
if (!opened.ok) throw new Error(opened.refusal.why)
const [, , marker = ''] = process.argv
const script = `setsid sh -c "sleep 600; : ${marker}" & sleep 600; : ${marker}`
await opened.value.sandbox.run(
  runOf(script, { limits: { ...limits, wallMs: 600_000 } }),
  AbortSignal.timeout(120_000),
)
