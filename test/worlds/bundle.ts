import { tarOf } from '../tar.ts'
import { functionOf, packageOf, type Step } from './history.ts'

const patchOf = (name: string): string =>
  [
    `--- a/${name}.c`,
    `+++ b/${name}.c`,
    ...['@@ -1 +1 @@', `-int ${name}(void) { return 1; }`, `+int ${name}(void) { return 0; }`, ''],
  ].join('\n')

/** A proof of a flaw as it is handed in: an archive, of other bytes for other numbers. */
export function bundleOf({ text, picks }: Pick<Step, 'text' | 'picks'>): Buffer {
  const [name, own] = [functionOf(text), packageOf(text)]
  const document = {
    ...{ parley: 'proof/1', title: text, patch: 'fix.diff' },
    target: { kind: 'folder', path: 'target', purl: `pkg:npm/${own}@2.3.0` },
    location: { file: `${name}.c`, function: name },
    run: {
      ...{ kind: 'command', command: ['sh', 'run.sh'] },
      input: { kind: 'stdin', path: 'input.txt' },
    },
    oracle: { kind: 'signal', signal: 'SIGSEGV' },
    authorisation: { statement: 'A program of our own.', by: 'Heron Lab' },
    finder: { name: 'Probe' },
  }
  return tarOf([
    { name: 'proof.json', content: JSON.stringify(document) },
    { name: `target/${name}.c`, content: `int ${name}(void) { return 1; }\n` },
    { name: 'target/run.sh', content: 'true\n' },
    { name: 'input.txt', content: `${picks.map((pick) => pick % 4)}\n` },
    { name: 'fix.diff', content: patchOf(name) },
  ])
}
