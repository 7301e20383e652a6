import { type Declared, parseDeclaration } from '#features/evaluation/declaration.ts'
import type { Refusal } from '#kernel/refusal.ts'
import type { Result } from '#kernel/result.ts'
import { readJson } from './eval-json.ts'

/** Reads a declaration, or everything that is wrong with it, each with its line. */
export const readDeclaration = (path: string): Promise<Result<Declared, readonly Refusal[]>> =>
  readJson({ path, what: 'declaration' }, parseDeclaration)
