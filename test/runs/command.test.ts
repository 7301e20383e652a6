import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, test } from 'node:test'
import { generateX25519Identity, identityToRecipient } from 'age-encryption'
import { ScriptedModel } from '#features/evaluation/runner/script.ts'
import { parley, type Ran } from '../e2e/parley.ts'
import { outcomesOf, ran, transcriptOf } from './running.ts'
import { fresh, skip, toyPack, writeAt } from './toy-pack.ts'

const scriptText = `parley: script/1
name: toy
tasks:
  - task: one
    replies:
      - calls:
          - { tool: write_file, input: { path: answer.txt, content: one } }
          - { tool: submit, input: {} }
  - { task: two, replies: [{ refuse: true }] }
  - { task: "*", replies: [{ block: too hot }] }
`
const script = join(writeAt(fresh('script'), { 's.yaml': scriptText }), 's.yaml')
const model = ['--model', `scripted:${script}`]
const ids = ['one', 'two', 'three']

const evalRun = (pack: string, ...more: string[]): Promise<Ran> =>
  parley(['eval', 'run', pack, ...more])

/** Files beside a pack: its commitment, salts, and a declaration that names its root. */
async function committed(pack: string, change: object = {}) {
  const at = fresh('papers')
  mkdirSync(at)
  const [salts, commitment] = [join(at, 'salts.json'), join(at, 'commitment.json')]
  const done = await parley(['pack', 'commit', pack, '--salts', salts, '--to', commitment])
  assert.equal(done.code, 0, done.err)
  const read: unknown = JSON.parse(readFileSync(commitment, 'utf8'))
  const bankRoot = read !== null && typeof read === 'object' ? Reflect.get(read, 'root') : ''
  const declaration = join(at, 'declaration.json')
  const said = {
    ...{ kind: 'evaluation-declaration', version: 1, bankRoot, protocol: 'plain' },
    ...{ strata: [{ name: 'all', weight: 1, tasksMax: 3 }], tokenBudget: 20_000, attempts: 1 },
    ...{ threshold: 0.5, alpha: 0.05, rule: { is: 'fixed-look' }, orderSeed: 's' },
    ...{ missing: 'both-bounds', ...change },
  }
  writeFileSync(declaration, JSON.stringify(said))
  return { salts, commitment, declaration }
}

describe('what is not run', { concurrency: 2 }, () => {
  const refusedRun = async (expected: RegExp, pack: string, ...more: string[]): Promise<void> => {
    const { code, err, out } = await evalRun(pack, '--to', fresh('run'), ...more)
    assert.match(err, expected)
    assert.ok(code !== 0 && out === '', `${code}`)
  }
  test('a model that nobody named, or that a key would reach in clear', async () => {
    const pack = toyPack(ids)
    await refusedRun(/no model is named/, pack)
    await refusedRun(/has no base address/, pack, '--model', 'larch')
    const key = join(writeAt(fresh('key'), { k: 'secret\n', none: '\n' }), 'k')
    const far = ['--model', 'larch', '--base-url', 'http://models.example/v1']
    await refusedRun(/use https/, pack, ...far, '--key-file', key)
    const none = join(dirname(key), 'none')
    await refusedRun(/holds no key/, pack, ...far, '--key-file', none)
    await refusedRun(/--epochs takes a number/, pack, ...model, '--epochs', '0')
  })

  test('a pack with a fault, or with files that nobody committed to', async () => {
    const poisoned = toyPack(ids)
    writeAt(poisoned, { 'tasks/ghost/run.sh': 'echo 1' })
    await refusedRun(/pack check/, poisoned, ...model)
    const lacking = toyPack(ids)
    rmSync(join(lacking, 'tasks/two/verifier'), { recursive: true })
    await refusedRun(/tasks\/two/, lacking, ...model)
  })

  test('another pack, protocol or number of attempts than was declared', async () => {
    const pack = toyPack(ids)
    const papers = await committed(pack)
    const declared = ['--declaration', papers.declaration, ...model]
    await refusedRun(/no commitment to hold it to/, pack, ...declared)
    const commitment = ['--commitment', papers.commitment]
    await refusedRun(/without salts/, pack, ...declared, ...commitment)
    const whole = [...declared, ...commitment, '--salts', papers.salts]
    await refusedRun(/declares 1 attempts/, pack, ...whole, '--epochs', '2')
    writeAt(pack, { 'tasks/one/verifier/verify.sh': 'echo 1\n' })
    await refusedRun(/another root than the one that was committed to/, pack, ...whole)
    const other = await committed(toyPack(['one', 'two']))
    const mixed = [...declared, '--commitment', other.commitment, '--salts', other.salts]
    await refusedRun(/commits to another pack than was declared/, pack, ...mixed)
    for (const protocol of ['a'.repeat(64), `in words, SHA-256 ${'a'.repeat(64)}`]) {
      const strict = await committed(toyPack(ids), { protocol })
      const run = ['--declaration', strict.declaration, ...model]
      await refusedRun(/declares the protocol .*aaa/, pack, ...run)
    }
  })
})

describe('runs by command', { concurrency: 2, ...skip }, () => {
  test('a declared run of a sealed pack, opened by two, and what it leaves', async () => {
    const pack = toyPack(ids)
    const papers = await committed(pack)
    const people = await Promise.all(
      ['ada', 'ben'].map(async (name) => {
        const identity = await generateX25519Identity()
        const file = join(writeAt(fresh('key'), { [name]: `${identity}\n` }), name)
        return { file, holder: `${name}=${await identityToRecipient(identity)}` }
      }),
    )
    const sealed = fresh('sealed')
    const holders = people.flatMap(({ holder }) => holder)
    const seal = ['pack', 'seal', pack, '--salts', papers.salts, '--to', sealed]
    const done = await parley([...seal, '--holder', ...holders])
    assert.equal(done.code, 0, done.err)
    const folder = fresh('run')
    const args = ['--to', folder, '--commitment', papers.commitment, ...model]
    const declared = [...args, '--declaration', papers.declaration]
    const [ada = '', ben = ''] = people.map(({ file }) => file)
    const alone = await evalRun(sealed, ...declared, '--identity', ada)
    assert.match(alone.err, /takes two holders to open/)
    const both = await evalRun(sealed, ...declared, '--identity', ada, ben)
    assert.equal(both.code, 0, both.err)
    const expected =
      /success 1, model_refusal 1 \(counts as failure\), safeguard_block 1 \(missing\)/
    assert.match(both.out, expected)
    const log = await parley(['eval', 'log', join(folder, 'log.eval'), '--whole'])
    for (const outcome of ['success', 'model_refusal', 'safeguard_block']) {
      assert.match(log.out, new RegExp(`Outcomes .*1 ${outcome}`))
    }
    const table = join(folder, 'samples.jsonl')
    const verdict = await parley(['eval', 'verdict', table, '--declaration', papers.declaration])
    assert.match(verdict.out, /toy: UNDETERMINED/)
    assert.match(verdict.out, expected)
  })

  test('regression: no more tasks are run than were declared of a stratum', async () => {
    const pack = toyPack(ids)
    const strata = [{ name: 'all', weight: 1, tasksMax: 2 }]
    const { declaration, commitment, salts } = await committed(pack, { strata })
    const folder = fresh('run')
    const papers = ['--declaration', declaration, '--commitment', commitment, '--salts', salts]
    const { code, out, err } = await evalRun(pack, '--to', folder, ...papers, ...model)
    assert.equal(code, 0, err)
    assert.match(out, /2 of 2 finished/)
    const table = join(folder, 'samples.jsonl')
    const verdict = await parley(['eval', 'verdict', table, '--declaration', declaration])
    assert.match(verdict.out, /toy: UNDETERMINED/, verdict.err)
  })

  test('one command goes from the public pack to a verdict, and twice to the same', async () => {
    const folder = fresh('self')
    const first = await parley(['eval', 'self-assess', '--to', folder])
    assert.equal(first.code, 0, first.err)
    assert.match(first.out, /24 of 24 finished/)
    assert.match(first.out, /success 13, failure 10, model_refusal 1/)
    assert.match(first.out, /public-script: COVERED/)
    assert.match(first.out, /under protocol "the plain scaffold, SHA-256 [0-9a-f]{64}"/)
    assert.match(first.out, /is a toy: .*\n.*section 3\(c\)/)
    const again = await parley(['eval', 'self-assess', '--to', folder])
    assert.equal(again.out, first.out)
    const log = await parley(['eval', 'log', join(folder, 'log.eval'), '--whole'])
    assert.match(log.out, /Outcomes {2}13 success, 10 failure, 1 model_refusal/)
  })

  // As the default of --to is; sandboxes take whole paths only.
  test('regression: a folder that is named from where one stands is run in', async () => {
    const cwd = fresh('where one stands')
    mkdirSync(cwd)
    const run = ['eval', 'run', toyPack(ids), '--to', 'here', ...model]
    const { out, err } = await parley(run, { cwd })
    assert.match(out, /outcomes +success 1, model_refusal 1/, err)
  })

  test('a clock that is set back turns no event around', async () => {
    const read = ScriptedModel.of(readFileSync(script, 'utf8'))
    assert.ok(read.ok)
    let wall = Date.parse('2026-11-22T10:00:00Z')
    const clocks = {
      wall: () => {
        wall -= 60_000
        return wall
      },
      monotonic: () => performance.now(),
    }
    const folder = fresh('clock')
    const end = await ran({ pack: toyPack(ids), folder, model: read.value, clocks })
    assert.deepEqual(outcomesOf(end), {
      ...{ one: 'success', two: 'model_refusal', three: 'safeguard_block' },
    })
    const times = transcriptOf(folder, 'one').map(({ at }) => at)
    assert.deepEqual(times, times.toSorted())
    for (const { startedAt, endedAt } of end.samples) assert.ok(startedAt <= endedAt)
  })
})
