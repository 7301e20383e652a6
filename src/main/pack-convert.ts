import { type Converted, convertHarbor } from '#formats/harbor/convert.ts'
import type { HarborRemark } from '#formats/harbor/decode.ts'
import { encodeTask } from '#formats/pack/encode.ts'
import { decodeTaskFamily } from '#formats/task-standard/task-family.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { type Archive, openArchive } from '#platform/files/archive.ts'
import { contentOf } from '#platform/files/archive-state.ts'
import { oneLine } from '#platform/terminal/visible.ts'
import { type ExitCode, exitCodeFor } from './exit.ts'
import { refused } from './ledger.ts'
import { print, tell } from './output.ts'
import { datasetKindOf, runDatasetConvert } from './pack-convert-dataset.ts'
import { requireEmpty, writeFiles } from './pack-files.ts'

export type PackConvertOptions = {
  readonly to: string
  readonly image?: string
  /** Of the pack that a data set becomes. */
  readonly label?: string
  readonly scorer?: string
}

const textBytesMax = 2 ** 20
const fileBytesMax = 64 * 2 ** 20

/** `parley pack convert TASK`: what cannot be isolated as it asks is not converted. */
export async function runPackConvert(
  path: string,
  { to, image, ...options }: PackConvertOptions,
): Promise<ExitCode> {
  const full = await requireEmpty(to)
  if (full !== null) return refused(full)
  const kind = datasetKindOf(path)
  if (kind !== null) return runDatasetConvert(path, kind, { to, ...options })
  const opened = await openArchive(path)
  if (!opened.ok) return refused(opened.refusal)
  await using archive = opened.value
  if (archive.entries.get('manifest.yaml')?.kind === 'file') return tellFamily(archive, path)
  if (archive.entries.get('task.toml')?.kind !== 'file') {
    return refused({ code: 'not-found', why: 'holds no task.toml', at: path })
  }
  const converted = convertHarbor({
    toml: (await textOf(archive, 'task.toml')) ?? '',
    instruction: (await textOf(archive, 'instruction.md')) ?? '',
    compose:
      (await textOf(archive, 'environment/docker-compose.yaml')) ??
      (await textOf(archive, 'environment/docker-compose.yml')),
    paths: new Set([...archive.entries.values()].flatMap(pathOfFile)),
    canary: crypto.randomUUID(),
    image: image ?? null,
  })
  if (!converted.ok) {
    tell(converted.refusal.map((one) => `parley: ${path}: ${remarkText(one)}`))
    return exitCodeFor('malformed')
  }
  const files = await filesOf(archive, converted.value)
  if (!files.ok) return refused(files.refusal)
  const refusal = await writeFiles(to, files.value)
  if (refusal !== null) return refused(refusal)
  const notes = converted.value.notes.map((one) => oneLine(`note: ${remarkText(one)}`))
  print([oneLine(`Wrote ${to}. List it in pack.yaml, and give it a wrong answer.`), ...notes])
  return 0
}

/** A family of the METR Task Standard: what can be read of it, and what only its Python tells. */
async function tellFamily(archive: Archive, path: string): Promise<ExitCode> {
  const files = [...archive.entries.values()].flatMap(pathOfFile)
  const [python] = files.filter((one) => /^[a-z0-9_]+\.py$/.test(one))
  const manifest = (await textOf(archive, 'manifest.yaml')) ?? ''
  const code = python === undefined ? '' : ((await textOf(archive, python)) ?? '')
  const family = decodeTaskFamily(manifest, code)
  if (!family.ok) {
    tell(
      family.refusal.map(({ line, pointer, why }) => {
        const place = line === null ? 'manifest.yaml' : `manifest.yaml:${line}`
        return `parley: ${path}: ${place} ${pointer} ${why}`
      }),
    )
    return exitCodeFor('malformed')
  }
  const { version, tasks, unread } = family.value
  print([
    oneLine(`A family of the METR Task Standard${version === null ? '' : `, version ${version}`}`),
    ...tasks.map((one) =>
      oneLine(`task ${one.name}: ${JSON.stringify({ ...one.resources, ...one.scoring })}`),
    ),
    ...unread.map((one) => oneLine(`not read: ${one}`)),
  ])
  const hint = 'write task.yaml by hand from what is told here; docs/packs.md says how'
  const why = 'is read only: the rest of a family is Python, which is not run for reading it'
  return refused({ code: 'malformed', why, at: path, hint })
}

const remarkText = ({ key, why }: HarborRemark): string => (key === '' ? why : `${key} ${why}`)

const pathOfFile = ({ kind, path }: { readonly kind: string; readonly path: string }): string[] =>
  kind === 'file' ? [path] : []

async function textOf(archive: Archive, path: string): Promise<string | null> {
  const content = await contentOf(archive, path, textBytesMax)
  return content.ok ? content.value.toString('utf8') : null
}

async function filesOf(
  archive: Archive,
  { task, moved, written }: Converted,
): Promise<Result<ReadonlyMap<string, Uint8Array | string>>> {
  const files = new Map<string, Uint8Array | string>([['task.yaml', encodeTask(task)]])
  for (const { from, to } of moved) {
    const content = await contentOf(archive, from, fileBytesMax)
    if (!content.ok) return no(content.refusal)
    files.set(to, content.value)
  }
  for (const [path, text] of Object.entries(written)) files.set(path, text)
  return yes(files)
}
