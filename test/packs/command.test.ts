import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { generateX25519Identity, identityToRecipient } from 'age-encryption'

const project = join(import.meta.dirname, '..', '..')
const launcher = join(project, 'bin', 'parley.mjs')
const folder = mkdtempSync(join(tmpdir(), 'parley-pack-command-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const at = (name: string): string => join(folder, name)

type Said = { readonly code: number; readonly out: string; readonly err: string }
const parley = (...words: readonly string[]): Promise<Said> =>
  new Promise((resolve) => {
    execFile(process.execPath, [launcher, 'pack', ...words], (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err })
    })
  })

const tasks = ['flaw-label', 'log-session', 'config-wall']
/** Three tasks of the public pack as a pack of their own. */
function small(name: string): string {
  const place = at(name)
  for (const id of tasks) {
    const from = join(project, 'packs', 'public', 'tasks', id)
    cpSync(from, join(place, 'tasks', id), { recursive: true })
  }
  const listed = tasks.map((id) => `  - ${id}\n`).join('')
  const text = 'parley: pack/1\nname: small\nversion: 1.0.0\nlabel: TLP:RED\ntasks:\n'
  writeFileSync(join(place, 'pack.yaml'), text + listed)
  return place
}

const people = ['ada', 'ben', 'cem'] as const
const holders: string[] = []
const pack = small('pack')
const changed = small('changed')

before(async () => {
  for (const name of [...people, 'dora']) {
    const identity = await generateX25519Identity()
    writeFileSync(at(`${name}.key`), `# made for a test\n${identity}\n`)
    if (name !== 'dora') holders.push(`${name}=${await identityToRecipient(identity)}`)
  }
  writeFileSync(join(changed, 'tasks/flaw-label/verifier/expected.json'), '{"line": 9}')
  const committed = await parley('commit', pack, '--salts', at('salts'), '--to', at('commitment'))
  assert.equal(committed.code, 0, committed.err)
  assert.match(committed.err, /Committed to 3 tasks: [0-9a-f]{64}/)
  const words = ['--salts', at('salts'), '--holder', ...holders, '--to', at('sealed')]
  const sealed = await parley('seal', pack, ...words)
  assert.equal(sealed.code, 0, sealed.err)
  assert.match(sealed.out, /It takes two of ada, ben, cem to open it/)
})

const open = (to: string, ...names: readonly string[]): Promise<Said> => {
  const keys = names.map((name) => at(`${name}.key`))
  const words = ['--commitment', at('commitment'), '--identity', ...keys, '--to', at(to)]
  return parley('open', at('sealed'), ...words)
}

describe('what the commands of packs refuse', { concurrency: 2 }, () => {
  const opening = (names: readonly string[]) => () => open(`never-${names.join('-')}`, ...names)
  const cases: readonly (readonly [string, () => Promise<Said>, number, RegExp])[] = [
    ['a folder without a pack', () => parley('check', at('.')), 3, /holds no pack\.yaml/],
    [
      'salts that would be written over',
      () => parley('commit', pack, '--salts', at('salts')),
      5,
      /is there already/,
    ],
    ['to open with one key', opening(['ada']), 4, /takes two holders.* of ada alone/],
    ['to open with one key twice', opening(['ben', 'ben']), 4, /of ben alone/],
    ['to open with a key of nobody', opening(['ada', 'dora']), 4, /of no holder.*ada, ben, cem/],
    ['to open with three keys', opening([...people]), 4, /two holders, not more/],
    [
      'one holder',
      () =>
        parley('seal', pack, '--salts', at('salts'), '--holder', `${holders[0]}`, '--to', at('n')),
      2,
      /two holders are needed/,
    ],
    [
      'a folder that holds something',
      () =>
        parley('seal', pack, '--salts', at('salts'), '--holder', ...holders, '--to', at('sealed')),
      5,
      /is not empty/,
    ],
    [
      'salts of another pack',
      () => parley('open-task', changed, '--task', 'flaw-label', '--salts', at('salts')),
      4,
      /is of another pack/,
    ],
    [
      'a task that is not there',
      () => parley('open-task', pack, '--task', 'none', '--salts', at('salts')),
      2,
      /has no task none.*\n.*flaw-label/,
    ],
    [
      'to verify against nothing',
      () => parley('verify', pack, '--commitment', at('commitment')),
      2,
      /give --salts .* or --opening/,
    ],
    [
      'salts as a commitment',
      () => parley('verify', pack, '--commitment', at('salts'), '--salts', at('salts')),
      4,
      /is no commitment/,
    ],
  ]
  for (const [what, run, code, expected] of cases) {
    test(what, async () => {
      const said = await run()
      assert.match(said.err, expected)
      assert.equal(said.code, code, said.err)
    })
  }
  after(() =>
    assert.deepEqual(
      readdirSync(folder).filter((one) => /^never/.test(one)),
      [],
    ),
  )
})

test('a Harbor task is converted, or all that stands in the way is told', async () => {
  const from = at('harbor')
  for (const [name, text] of [
    ['task.toml', '[environment]\nnetwork_mode = "public"\ngpus = 1\n'],
    ['instruction.md', 'Open it.'],
    ['tests/test.sh', 'echo 1 > /logs/verifier/reward.txt'],
    ['solution/solve.sh', 'true'],
  ] as const) {
    mkdirSync(dirname(join(from, name)), { recursive: true })
    writeFileSync(join(from, name), text)
  }
  const image = ['--image', `box@sha256:${'ab'.repeat(32)}`]
  const refused = await parley('convert', from, ...image, '--to', at('never-converted'))
  assert.equal(refused.code, 4)
  assert.match(refused.err, /network_mode asks for public[^\n]*\n.*environment\.gpus/)
  writeFileSync(join(from, 'task.toml'), 'shiny = true\n')
  const place = at('converted/tasks/box')
  const { code, out, err } = await parley('convert', from, ...image, '--to', place)
  assert.equal(code, 0, err)
  assert.match(out, /note: shiny is not known here: true/)
  const text = 'parley: pack/1\nname: boxes\nversion: 1.0.0\nlabel: TLP:CLEAR\ntasks: [box]\n'
  writeFileSync(at('converted/pack.yaml'), text)
  assert.match((await parley('check', at('converted'))).out, /is whole$/m)
})

test('a family of the METR Task Standard is told of, and not converted', async () => {
  mkdirSync(at('family'))
  writeFileSync(at('family/manifest.yaml'), 'tasks: { main: { resources: { cpus: 2 } } }\n')
  writeFileSync(at('family/toys.py'), 'class TaskFamily:\n    def start(t):\n        pass\n')
  const { code, out, err } = await parley('convert', at('family'), '--to', at('never-family'))
  assert.match(out, /^task main: \{"cpus":2\}\nnot read: start: /m)
  assert.match(err, /is read only: the rest of a family is Python/)
  assert.equal(code, 4)
})

describe('a pack that is committed to, sealed and opened', { concurrency: 2 }, () => {
  test('shows nothing of its tasks in what is published or kept', () => {
    const published = readFileSync(at('commitment'), 'utf8')
    assert.ok(tasks.every((id) => !published.includes(id)))
    for (const name of readdirSync(at('sealed'), { recursive: true, encoding: 'utf8' })) {
      if (name === 'pairs') continue
      const text = readFileSync(join(at('sealed'), name), 'latin1')
      assert.ok(tasks.every((id) => !text.includes(id)) && !/AGE-SECRET/.test(text), name)
    }
    assert.deepEqual(readdirSync(at('sealed/pairs')), ['1-2.age', '1-3.age', '2-3.age'])
  })

  for (const [one, other] of [
    ['ada', 'ben'],
    ['cem', 'ada'],
    ['ben', 'cem'],
  ] as const) {
    test(`is opened by ${one} and ${other}, and is the same`, async () => {
      const to = `opened-${one}-${other}`
      const { code, out, err } = await open(to, one, other)
      assert.equal(code, 0, err)
      assert.match(out, /Opened small 1\.0\.0, 3 tasks as committed to/)
      const proof = ['--commitment', at('commitment'), '--salts', at(`${to}/salts.json`)]
      const verified = await parley('verify', at(`${to}/pack.tar`), ...proof)
      assert.match(verified.out, /is what was committed to: all 3 tasks/)
    })
  }

  test('is refused with the root of another pack, and nothing of it is written', async () => {
    const other = ['--salts', at('salts-changed'), '--to', at('commitment-changed')]
    assert.equal((await parley('commit', changed, ...other)).code, 0)
    const keys = ['--identity', at('ada.key'), at('ben.key')]
    const words = ['--commitment', at('commitment-changed'), ...keys, '--to', at('never-opened')]
    const { code, err } = await parley('open', at('sealed'), ...words)
    assert.match(err, /has another root than the one that was committed to/)
    assert.equal(code, 4)
    assert.ok(!readdirSync(folder).includes('never-opened'))
  })

  test('is told from one with a changed file', async () => {
    const words = ['--commitment', at('commitment'), '--salts', at('salts')]
    const { code, err } = await parley('verify', changed, ...words)
    assert.equal(code, 1)
    assert.match(err, /has another root/)
  })

  test('opens one task, which anybody verifies by its folder', async () => {
    const to = at('opening')
    const task = ['--task', 'log-session', '--salts', at('salts'), '--to', to]
    assert.equal((await parley('open-task', pack, ...task)).code, 0)
    const text = readFileSync(to, 'utf8')
    assert.ok(!text.includes('flaw-label') && !text.includes('config-wall'))
    const proof = ['--commitment', at('commitment'), '--opening', to]
    const whole = await parley('verify', join(pack, 'tasks/log-session'), ...proof)
    assert.match(whole.out, /is what was committed to: task 2 of 3, log-session/)
    const other = await parley('verify', join(pack, 'tasks/flaw-label'), ...proof)
    assert.equal(other.code, 1)
    assert.match(other.err, /is not what was committed to/)
  })

  test('is checked, in words and as JSON', async () => {
    const { code, out } = await parley('check', pack)
    assert.equal(code, 0)
    assert.match(out, /^small 1\.0\.0 \(3 tasks in 3 families\) is whole$/m)
    const json = JSON.parse((await parley('check', pack, '--json')).out)
    assert.deepEqual([json.isWhole, json.tried], [true, []])
  })
})
