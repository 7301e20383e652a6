import type { z } from 'zod'
import { problemsOfIssue } from '#formats/proof/issue-words.ts'
import { readYamlTree } from '#formats/proof/yaml-tree.ts'
import { no, type Result, yes } from '#kernel/result.ts'

const problemsMax = 8

/** Reads YAML 1.2 or JSON of a shape; everything that is wrong, with its line, in one text. */
export function readYaml<T extends z.ZodType>(text: string, shape: T): Result<z.output<T>, string> {
  const { value, lineOf, problems } = readYamlTree(text)
  const read = shape.safeParse(value, { reportInput: true })
  if (read.success && problems.length === 0) return yes(read.data)
  const issues = read.success || value === undefined ? [] : read.error.issues
  const wrong = [...problems, ...issues.flatMap((issue) => problemsOfIssue(issue, shape, lineOf))]
  const told = wrong.slice(0, problemsMax).map(({ line, pointer, why }) => {
    const place = [line === null ? '' : `line ${line}`, pointer].filter((part) => part !== '')
    return `${place.length === 0 ? '' : `${place.join(' ')}: `}${why}`
  })
  return no(told.join('; '))
}
