// The endpoint that bench/gateway.ts measures against, in a process of its own: short answers at
// once, streams after a delay and then with an event every so often. Prints its address.
import { chatAnswer, ScriptedEndpoint } from '../test/engagement/scripted-endpoint.ts'

const [firstMs = 0, everyMs = 0, events = 0] = process.argv.slice(2).map(Number)
const answer = JSON.stringify(chatAnswer)
const length = String(Buffer.byteLength(answer))
const event = 'data: {"choices":[{"index":0,"delta":{"content":"so many words "}}]}\n\n'
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

const endpoint = await ScriptedEndpoint.start(async ({ body }, response) => {
  endpoint.seen.length = 0
  if (!body.includes('"stream":true')) {
    response.writeHead(200, ['Content-Type', 'application/json', 'Content-Length', length])
    response.end(answer)
    return
  }
  await pause(firstMs)
  response.writeHead(200, ['Content-Type', 'text/event-stream'])
  for (let count = 0; count < events; count += 1) {
    response.write(event)
    await pause(everyMs)
  }
  response.end('data: [DONE]\n\n')
})
console.log(endpoint.url)
