import assert from 'node:assert/strict'
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import {
  interrupt,
  kill,
  killedOnTheWay,
  leave,
  newFolder,
  postmasterOf,
  query,
  queryAtLast,
  tidyUp,
  use,
} from '../../../../test/db/embedded-process.ts'
import { isRunning } from './process-identity.ts'

after(tidyUp)

/** For tests that need no first start; each leaves it without a server. */
const folder = newFolder()

const keep = 'create table if not exists kept as select 7 as it'
const whatIsKept = 'select it from kept'

test('starts, keeps what was committed, stops with its last user, and starts again', async (t) => {
  const first = await use(folder)
  assert.equal(first.isAdopted, false)
  await query(first.url, keep)
  const second = await use(folder)
  assert.deepEqual([second.isAdopted, second.pid], [true, first.pid])
  await leave(first)
  assert.ok(isRunning(first.pid))
  await leave(second)
  assert.ok(!isRunning(first.pid))
  const third = await use(folder)
  assert.deepEqual(await query(third.url, whatIsKept), [{ it: 7 }])
  await leave(third)
  t.diagnostic(`first start ${first.ms} ms, shared ${second.ms} ms, second start ${third.ms} ms`)
  assert.ok(third.ms < 5_000)
  assert.deepEqual(readdirSync(join(folder, 'postgres/leases')), [])
  assert.deepEqual(readdirSync(join(folder, 'postgres/turns')), [])
})

test('one that a killed process left behind is adopted, and stopped at the end', async () => {
  const first = await use(folder)
  await kill(first)
  assert.ok(isRunning(first.pid))
  const second = await use(folder)
  assert.deepEqual([second.isAdopted, second.pid], [true, first.pid])
  await leave(second)
  assert.ok(!isRunning(first.pid))
})

test('a Ctrl-C in the terminal does not reach it before its users', async () => {
  const first = await use(folder)
  await interrupt(first)
  await pause(300)
  assert.ok(isRunning(first.pid))
  const second = await use(folder)
  assert.equal(second.pid, first.pid)
  await leave(second)
})

test('one that is killed is started again under those who use it', async () => {
  const [one, other] = [await use(folder), await use(folder)]
  process.kill(one.pid, 'SIGKILL')
  assert.deepEqual(await queryAtLast(one.url, 'select 1 as it'), [{ it: 1 }])
  assert.match(one.logged() + other.logged(), /is gone; it is started again/)
  await leave(one)
  assert.deepEqual(await query(other.url), [{ it: 1 }])
  await leave(other)
  assert.throws(() => postmasterOf(folder))
})

test('both are killed: the next start recovers', async () => {
  const user = await use(folder)
  await query(user.url, keep)
  process.kill(user.pid, 'SIGKILL')
  await kill(user)
  const next = await use(folder)
  assert.deepEqual(await query(next.url, whatIsKept), [{ it: 7 }])
  await leave(next)
})

test('three processes at once make one cluster and share one server', async () => {
  const folder = newFolder()
  const all = await Promise.all([use(folder), use(folder), use(folder)])
  assert.equal(new Set(all.map(({ pid }) => pid)).size, 1)
  assert.equal(all.filter(({ isAdopted }) => !isAdopted).length, 1)
  await Promise.all(all.map(leave))
  assert.ok(!isRunning(all[0].pid))
})

test('a kill in the midst of the first start costs nothing', async () => {
  const folder = newFolder()
  // Without root the folder is named by its path, so an initdb that lives on could meet the next.
  const as = process.getuid?.() === 0 ? { uid: 65_534 } : {}
  if (as.uid) chownSync(folder, as.uid, as.uid)
  const home = join(folder, 'postgres')
  const has = (path: RegExp): boolean =>
    existsSync(home) &&
    readdirSync(home)
      .flatMap((name) => (existsSync(join(home, name, 'base')) ? [name, `${name}/base`] : [name]))
      .some((name) => path.test(name))
  for (const stage of [/\.part-/, /cluster\.part-/, /cluster\.part-.*\/base/, /^cluster$/]) {
    await killedOnTheWay(folder, { ...as, when: () => has(stage) })
  }
  const user = await use(folder, as)
  assert.deepEqual(await query(user.url), [{ it: 1 }])
  await leave(user)
  // What an initdb still wrote after its Parley was killed goes with a later start.
  const until = performance.now() + 15_000
  while (has(/part/) && performance.now() < until) await leave(await use(folder, as))
  assert.ok(!has(/part/))
})

test('a number in postmaster.pid that another process has now misleads nobody', async () => {
  await leave(await use(folder))
  const file = join(folder, 'postgres/cluster/postmaster.pid')
  writeFileSync(file, `${process.pid}\n${join(folder, 'postgres/cluster')}\n0\n5432\n\n\n`)
  const user = await use(folder)
  assert.equal(user.isAdopted, false)
  // Nor is an answer awaited from it.
  assert.ok(user.ms < 15_000)
  await leave(user)
  assert.ok(isRunning(process.pid))
})

test('a folder with a long name has its socket elsewhere', async () => {
  const folder = join(newFolder(), 'a'.repeat(90))
  mkdirSync(folder)
  const user = await use(folder)
  assert.deepEqual(await query(user.url), [{ it: 1 }])
  await leave(user)
  assert.ok(!existsSync(user.socketFolder))
})

test('it listens on no network, and knows nobody without a password', async () => {
  const user = await use(folder)
  const { url } = user
  for (const [name, value] of [
    ['listen_addresses', ''],
    ['fsync', 'on'],
    ['synchronous_commit', 'on'],
    ['data_checksums', 'on'],
    ['server_encoding', 'UTF8'],
    ['TimeZone', 'UTC'],
    ['log_error_verbosity', 'terse'],
  ]) {
    const rows = await query(url, `select current_setting('${name}') as it`)
    assert.deepEqual(rows, [{ it: value }], name)
  }
  assert.equal(statSync(user.socketFolder).mode & 0o777, 0o700)
  assert.equal(statSync(join(folder, 'database-superuser')).mode & 0o777, 0o600)
  await assert.rejects(query(url.replace(/:[^:@]*@/, ':wrong@')), /password authentication failed/)
  await leave(user)
})

test('settings of the operator hold, but not against what keeps data safe', async () => {
  await leave(await use(folder))
  const own = join(folder, 'postgres/cluster/own.conf')
  writeFileSync(own, "work_mem = '9MB'\nfsync = off\nlisten_addresses = '*'\n", { mode: 0o644 })
  const user = await use(folder)
  assert.deepEqual(await query(user.url, 'show work_mem'), [{ work_mem: '9MB' }])
  assert.deepEqual(await query(user.url, 'show fsync'), [{ fsync: 'on' }])
  assert.deepEqual(await query(user.url, 'show listen_addresses'), [{ listen_addresses: '' }])
  await leave(user)
})

test('the log keeps no row and no statement, and of its files the newest ten', async () => {
  const user = await use(folder)
  const logs = join(folder, 'postgres/cluster/log')
  for (let day = 10; day < 30; day++) {
    writeFileSync(join(logs, `postgresql-2020-01-${day}_000000.log`), '')
  }
  await query(user.url, 'create table secretive (it text primary key)')
  const twice = "insert into secretive values ('do not tell'), ('do not tell')"
  await assert.rejects(query(user.url, twice), /duplicate key/)
  await leave(user)
  const again = await use(folder)
  const names = readdirSync(logs)
  assert.ok(names.length >= 1 && names.length <= 11, names.join())
  const text = names.map((name) => readFileSync(join(logs, name), 'utf8')).join('')
  assert.match(text, /duplicate key/)
  assert.ok(!text.includes('do not tell'))
  await leave(again)
})
