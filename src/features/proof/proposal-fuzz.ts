import { no, type Result, yes } from '#kernel/result.ts'
import { emptyTarget, type Proposal, type ProposedFile, proposalOf, safeName } from './proposal.ts'

/** A file that was given, with its name. */
export type NamedBytes = { readonly name: string; readonly bytes: Uint8Array }

const entryPoint = /\bLLVMFuzzerTestOneInput\s*\(/
const sourceEnding = /\.(?:c|cc|cpp|cxx|h|hh|hpp)$/i
const compiledEnding = /\.(?:c|cc|cpp|cxx)$/i

const isHarness = ({ name, bytes }: NamedBytes): boolean =>
  sourceEnding.test(name) && entryPoint.test(Buffer.from(bytes).toString('latin1'))

/** Whether somebody gave a fuzz target of libFuzzer's interface, as OSS-Fuzz has them. */
export const hasFuzzTarget = (files: readonly NamedBytes[]): boolean => files.some(isHarness)

/**
 * Gives one input to a fuzz target. A fuzzing engine is not needed for that: this runs it once, so
 * that any compiler with a sanitizer will do.
 */
const driver = `#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#ifdef __cplusplus
extern "C"
#endif
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int main(int argc, char **argv) {
  FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;
  long size = -1;
  if (file != NULL && fseek(file, 0, SEEK_END) == 0) size = ftell(file);
  if (size < 0 || fseek(file, 0, SEEK_SET) != 0) return 90;
  /* Exactly as large as the input: what reads beyond it is seen. */
  uint8_t *data = (uint8_t *)malloc(size > 0 ? (size_t)size : 1);
  if (data == NULL || fread(data, 1, (size_t)size, file) != (size_t)size) return 91;
  fclose(file);
  LLVMFuzzerTestOneInput(data, (size_t)size);
  free(data);
  return 0;
}
`

/** A proof from a fuzz target, the sources it needs, and the one input that makes it fail. */
export function proposeFuzz(files: readonly NamedBytes[]): Result<Proposal> {
  const harnesses = files.filter(isHarness)
  const inputs = files.filter(({ name }) => !sourceEnding.test(name))
  const [harness] = harnesses
  const [input] = inputs
  if (harness === undefined || harnesses.length > 1) {
    return no({ code: 'bad-usage', why: 'more than one fuzz target: give one', at: 'convert' })
  }
  if (input === undefined || inputs.length > 1) {
    const why = `a fuzz target takes one input; ${inputs.length} files are no C or C++ source`
    return no({ code: 'bad-usage', why, at: 'convert' })
  }
  const sources = files.filter(({ name }) => sourceEnding.test(name))
  const names = sources.map(({ name }, index) => safeName(name, `source-${index + 1}.c`))
  if (new Set(names).size < names.length) {
    return no({ code: 'bad-usage', why: 'two sources have the same name', at: 'convert' })
  }
  const isCpp = names.some((name) => /\.(?:cc|cpp|cxx)$/i.test(name))
  const compiled = names.filter((name) => compiledEnding.test(name)).join(' ')
  const compiler = isCpp ? 'g++' : 'gcc'
  const proposed: ProposedFile[] = [
    { path: 'inputs/crash', bytes: input.bytes },
    { path: 'target/parley-driver.c', bytes: Buffer.from(driver) },
    ...sources.map(({ bytes }, index) => ({ path: `target/${names[index] ?? ''}`, bytes })),
  ]
  const found = {
    title: `Crash of the fuzz target ${safeName(harness.name, 'fuzz target')}`,
    madeOf: 'a fuzz target and an input; the build and the sanitizer are guesses',
    target: emptyTarget(null).target,
    build: [`${compiler} -g -O1 -fsanitize=address -o fuzz-target parley-driver.c ${compiled}`],
    run: {
      kind: 'command',
      command: ['./fuzz-target', '{input}'],
      input: { kind: 'file', path: 'inputs/crash' },
    },
    oracle: { kind: 'sanitizer', tool: 'address', error: null, function: null },
  } as const
  return yes(proposalOf(found, proposed))
}
