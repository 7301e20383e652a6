import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { test } from 'node:test'
import { z } from 'zod'
import { no, yes } from '#kernel/result.ts'
import { openTrial, request, type Trial, until, type Visitor } from '../../../test/http/trial.ts'
import { dial, say } from '../../../test/http/wire.ts'
import { optional } from './access.ts'
import { eventsRoute, type LiveEvent, type LiveEvents } from './events-route.ts'
import { problem } from './problem.ts'

type Note = { readonly text: string }

/** Events in memory, of which the oldest can be forgotten. */
class Journal implements LiveEvents<Note> {
  readonly all: LiveEvent<Note>[] = []
  readonly wakes = new Set<() => void>()
  forgotten = 0
  reads = 0

  readonly latest = async (): Promise<string> => String(this.all.length)

  readonly since = async (id: string, limit: number) => {
    this.reads++
    const from = /^\d+$/.test(id) ? Number(id) : -1
    if (from < this.forgotten || from > this.all.length) return 'gone' as const
    return this.all.slice(from, from + limit)
  }

  readonly subscribe = (wake: () => void): (() => void) => {
    this.wakes.add(wake)
    return () => this.wakes.delete(wake)
  }

  add(text: string): void {
    this.all.push({ id: String(this.all.length + 1), event: 'note', data: { text } })
    for (const wake of this.wakes) wake()
  }
}

type Live = Trial & { readonly journal: Journal; readonly door: { isOpen: boolean } }

async function openLive(beatMs = 10_000): Promise<Live> {
  const journal = new Journal()
  const door = { isOpen: true }
  const watch = eventsRoute({
    method: 'GET',
    path: '/v1/live',
    name: 'watchNotes',
    summary: 'Notes as they come',
    tag: 'trial',
    access: optional<Visitor>(),
    shape: z.strictObject({ text: z.string() }),
    whose: (visitor) => visitor?.id ?? 'nobody',
    streamsMax: 2,
    beatMs,
    problems: ['not-allowed'],
    run: async ({ principal }) => {
      if (principal === null) return no(problem('not-allowed', 'Sign in first.'))
      return yes({ events: journal, isAllowed: async () => door.isOpen })
    },
  })
  return { ...(await openTrial({}, [watch])), journal, door }
}

const good = 'Authorization: Bearer good'

type Listening = { readonly socket: Socket; readonly text: () => string }

async function listenTo(url: string, headers: readonly string[] = []): Promise<Listening> {
  const socket = await dial(url)
  const chunks: Buffer[] = []
  socket.on('data', (chunk) => chunks.push(chunk))
  socket.write(request('GET /v1/live', [good, ...headers]))
  const text = (): string => String(Buffer.concat(chunks))
  await until(() => text().includes('\r\n\r\n'))
  return { socket, text }
}

const idsIn = (text: string): readonly string[] =>
  [...text.matchAll(/id: (\S+)\nevent: note\n/g)].map(([, id]) => id ?? '')

test('who may not watch is refused as by any route', async () => {
  const live = await openLive()
  assert.equal((await say(live.url, request('GET /v1/live'))).status, 403)
  const head = await say(live.url, request('HEAD /v1/live', [good]), { isHalfClosed: true })
  assert.deepEqual([head.status, head.headers.get('content-type')], [200, 'text/event-stream'])
  assert.equal(live.journal.wakes.size, 0)
  await live.http.close(100)
})

test('events come as they happen, each with its id, after where the stream begins', async () => {
  const live = await openLive()
  live.journal.add('before')
  const { socket, text } = await listenTo(live.url)
  await until(() => text().includes('event: ready'))
  assert.match(text(), /content-type: text\/event-stream/)
  assert.match(text(), /id: 1\nevent: ready\n/)
  live.journal.add('one\n\nid: 99\nevent: forged')
  live.journal.add('two')
  await until(() => idsIn(text()).length === 2)
  assert.deepEqual(idsIn(text()), ['2', '3'])
  assert.doesNotMatch(text(), /^event: forged/m)
  socket.destroy()
  await until(() => live.journal.wakes.size === 0)
  await live.http.close(100)
})

test('a client that comes again gets what it missed, once and in order', async () => {
  const live = await openLive()
  for (let i = 0; i < 250; i++) live.journal.add(`note ${i}`)
  const { socket, text } = await listenTo(live.url, ['Last-Event-ID: 3'])
  await until(() => idsIn(text()).length >= 247)
  live.journal.add('last')
  await until(() => idsIn(text()).length >= 248)
  assert.deepEqual(
    idsIn(text()),
    Array.from({ length: 248 }, (_, i) => String(i + 4)),
  )
  socket.destroy()
  await live.http.close(100)
})

for (const [what, id] of [
  ['that is forgotten', '1'],
  ['of another server', '999'],
  ['that is none', 'drop table'],
] as const) {
  test(`a place ${what} leads to a reset, or to the end of the journal`, async () => {
    const live = await openLive()
    for (let i = 0; i < 5; i++) live.journal.add(`note ${i}`)
    live.journal.forgotten = 3
    const { socket, text } = await listenTo(live.url, [`Last-Event-ID: ${id}`])
    const sign = /^\w+$/.test(id) ? 'id: 5\nevent: reset' : 'id: 5\nevent: ready'
    await until(() => text().includes(sign))
    live.journal.add('next')
    await until(() => idsIn(text()).length === 1)
    assert.deepEqual(idsIn(text()), ['6'])
    socket.destroy()
    await live.http.close(100)
  })
}

test('a silent stream beats, and ends at the next beat after access has ended', async () => {
  const live = await openLive(30)
  const { socket, text } = await listenTo(live.url)
  await until(() => text().split(': beat\n\n').length >= 3)
  live.door.isOpen = false
  live.journal.add('secret')
  await once(socket, 'end')
  assert.doesNotMatch(text(), /secret/)
  assert.equal(live.journal.wakes.size, 0)
  await live.http.close(100)
})

test('a ring with nothing to tell does not move the beats', async () => {
  const live = await openLive(60)
  const { socket, text } = await listenTo(live.url)
  const ringing = setInterval(() => {
    for (const wake of live.journal.wakes) wake()
  }, 10)
  await until(() => text().split(': beat\n\n').length >= 4)
  clearInterval(ringing)
  assert.doesNotMatch(text(), /event: note/)
  socket.destroy()
  await live.http.close(100)
})

test('so many streams at once for each; one that ends makes room', async () => {
  const live = await openLive()
  const [one, two] = await Promise.all([listenTo(live.url), listenTo(live.url)])
  const third = await say(live.url, request('GET /v1/live', [good]))
  assert.deepEqual([third.status, third.headers.get('retry-after')], [429, '15'])
  one.socket.end()
  await until(() => live.journal.wakes.size === 1)
  const again = await listenTo(live.url)
  again.socket.destroy()
  two.socket.destroy()
  await live.http.close(100)
})

test('a client that takes nothing is closed, and little is held for it meanwhile', async () => {
  const live = await openLive()
  const socket = await dial(live.url)
  socket.pause()
  socket.write(request('GET /v1/live', [good]))
  await until(() => live.journal.wakes.size === 1)
  const before = live.journal.reads
  for (let i = 0; i < 3_000; i++) live.journal.add('x'.repeat(20_000))
  await until(() => live.journal.wakes.size === 0)
  assert.ok(live.journal.reads - before < 20, `${live.journal.reads - before} pages were read`)
  socket.destroy()
  await live.http.close(100)
})

test('closing the server ends all streams at once and politely', async () => {
  const live = await openLive()
  const { socket, text } = await listenTo(live.url)
  await until(() => text().includes('event: ready'))
  const begun = performance.now()
  const ended = once(socket, 'end')
  await Promise.all([live.http.close(5_000), ended])
  assert.ok(performance.now() - begun < 1_000)
  assert.match(text(), /0\r\n\r\n$/)
})
