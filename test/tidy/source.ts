import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import ts from 'typescript'
import { root } from '../root.ts'

/** A source file of ours, read and parsed once. */
export type Source = { readonly path: string; readonly text: string; readonly tree: ts.SourceFile }

/** Every TypeScript file of the project, tests and tools included. */
export const sources: readonly Source[] = globSync('{src,test,tools,bench}/**/*.ts', { cwd: root })
  .sort()
  .map((path) => {
    const text = readFileSync(join(root, path), 'utf8')
    return { path, text, tree: ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true) }
  })

/** All nodes below and including `node`. */
export function* nodesOf(node: ts.Node): Generator<ts.Node> {
  yield node
  const children: ts.Node[] = []
  ts.forEachChild(node, (child) => {
    children.push(child)
  })
  for (const child of children) yield* nodesOf(child)
}

/** The one-based line on which `node` starts. */
export const lineOf = (source: Source, node: ts.Node): number =>
  source.tree.getLineAndCharacterOfPosition(node.getStart(source.tree)).line + 1

/** What a file imports, as paths from the root; packages keep their name. */
export function importsOf(source: Source): readonly string[] {
  const names: string[] = []
  for (const node of nodesOf(source.tree)) {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) {
      const from = node.moduleSpecifier
      if (from && ts.isStringLiteral(from)) names.push(from.text)
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [from] = node.arguments
      if (from && ts.isStringLiteral(from)) names.push(from.text)
    }
  }
  return names.map((name) => {
    if (name.startsWith('#')) return `src/${name.slice(1)}`
    if (name.startsWith('.')) return relative(root, join(root, dirname(source.path), name))
    return name
  })
}
