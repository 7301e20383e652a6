import { createHash } from 'node:crypto'
import { createReadStream, existsSync, readdirSync, statSync } from 'node:fs'
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { decoders } from '#features/exchange/decoders.ts'
import { type Reading, readText } from '#features/exchange/recognise.ts'
import type { Proposal } from '#features/proof/proposal.ts'
import { hasFuzzTarget, proposeFuzz } from '#features/proof/proposal-fuzz.ts'
import { proposeReport } from '#features/proof/proposal-report.ts'
import { proposeTask, taskNames } from '#features/proof/proposal-task.ts'
import { decodeProof } from '#formats/proof/decode.ts'
import { encodeProof } from '#formats/proof/encode.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { asUnreadable } from '#platform/files/bytes.ts'
import { writeRefusal } from '#platform/files/disk.ts'
import { sizeText, Unreadable } from '#platform/files/input.ts'
import { decodeText } from '#platform/files/text.ts'
import { oneLine } from '#platform/terminal/visible.ts'
import type { ExitCode } from './exit.ts'
import { refused } from './ledger.ts'
import { print } from './output.ts'

export type ProofConvertOptions = { readonly to: string }

const proposalsMax = 100
const fileBytesMax = 64 * 2 ** 20

/** `parley proof convert FILES... --to DIR`: proposes a proof; nothing of it is run. */
export async function runProofConvert(
  names: readonly string[],
  { to }: ProofConvertOptions,
): Promise<ExitCode> {
  if (existsSync(to) && (!statSync(to).isDirectory() || readdirSync(to).length > 0)) {
    return refused({ code: 'not-writable', why: 'is no empty folder', at: to })
  }
  const found = await proposalsIn(names)
  if (!found.ok) return refused(found.refusal)
  const several = found.value.length > 1
  for (const [index, proposal] of found.value.entries()) {
    const folder = several ? join(to, String(index + 1).padStart(3, '0')) : to
    const written = await write(proposal, folder)
    if (!written.ok) return refused(written.refusal)
    print([oneLine(`${folder}: proposed "${proposal.bundle.title}"`)])
  }
  print(['Nothing of this is run until a person has looked and taken "proposed" away.'])
  return 0
}

async function proposalsIn(names: readonly string[]): Promise<Result<readonly Proposal[]>> {
  try {
    const [first = ''] = names
    if (names.length === 1 && statSync(first).isDirectory()) return await fromTask(first)
    const files: { name: string; bytes: Buffer }[] = []
    for (const name of names) files.push({ name, bytes: await bytesOf(name) })
    if (hasFuzzTarget(files)) {
      const proposal = proposeFuzz(files)
      return proposal.ok ? yes([proposal.value]) : proposal
    }
    const proposals = files.flatMap(({ bytes }) => fromReport(bytes))
    if (proposals.length > 0) return proposable(proposals.slice(0, proposalsMax))
    const hint = 'a TAP report, a scrutineer export, Markdown, a fuzz target with its input, a task'
    const why = 'brings nothing along that could be run'
    return no({ code: 'unknown-format', why, at: first, hint })
  } catch (error) {
    const isSystem = error instanceof Error && 'syscall' in error
    if (!isSystem && !(error instanceof Unreadable)) throw error
    const { at = names[0] ?? '', ...refusal } = asUnreadable(error).refusal
    return no({ ...refusal, at })
  }
}

async function bytesOf(name: string): Promise<Buffer> {
  const { size } = statSync(name)
  if (size <= fileBytesMax) return readFile(name)
  const why = `is larger than ${sizeText(fileBytesMax)}`
  throw new Unreadable({ code: 'too-large', why, at: name })
}

function fromReport(bytes: Buffer): Proposal[] {
  const { text } = decodeText(bytes)
  const proposals = proposedBy(readText(text, { decoders }))
  // Text that is in no format for sure, or in that of its crash, is read for its code blocks too.
  if (proposals.length > 0 || /^\s*[[{<]/.test(text)) return proposals
  return proposedBy(readText(text, { decoders, format: 'prose' }))
}

const proposedBy = ({ format, decoded }: Reading): Proposal[] =>
  decoded.findings.flatMap((finding) => proposeReport(finding, format ?? '') ?? [])

/** Proposals that name another machine are no proofs, whatever a person would say. */
function proposable(proposals: readonly Proposal[]): Result<readonly Proposal[]> {
  for (const { bundle } of proposals) {
    const read = decodeProof(encodeProof(bundle))
    if (read.ok) continue
    const [problem] = read.refusal
    const why = `"${bundle.title}" is no proof: ${problem?.pointer ?? ''} ${problem?.why ?? ''}`
    return no({ code: 'malformed', why, ...(problem?.hint && { hint: problem.hint }) })
  }
  return yes(proposals)
}

async function fromTask(folder: string): Promise<Result<readonly Proposal[]>> {
  const place = (name: string): string => join(folder, name)
  const given = (name: string): { from: string } | null =>
    existsSync(place(name)) ? { from: place(name) } : null
  const code = given(taskNames.code)
  if (code === null || given(taskNames.description) === null) {
    const why = `is no task folder: it lacks ${taskNames.description} or ${taskNames.code}`
    return no({ code: 'unknown-format', why, at: folder })
  }
  const text = async (name: string): Promise<string> => decodeText(await bytesOf(place(name))).text
  const input = taskNames.inputs.find((name) => existsSync(place(name)))
  const proposal = proposeTask({
    description: await text(taskNames.description),
    crashLog: given(taskNames.crashLog) === null ? null : await text(taskNames.crashLog),
    code: { name: basename(code.from), from: code.from, sha256: await digestOf(code.from) },
    input: input === undefined ? null : given(input),
    patch: given(taskNames.patch),
  })
  return proposable([proposal])
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk)
  return hash.digest('hex')
}

async function write({ bundle, files }: Proposal, folder: string): Promise<Result<null>> {
  try {
    await mkdir(folder, { recursive: true })
    for (const file of files) {
      const path = join(folder, file.path)
      await mkdir(dirname(path), { recursive: true })
      if ('bytes' in file) await writeFile(path, file.bytes, { flag: 'wx' })
      else await copyFile(file.copyOf, path)
    }
    await writeFile(join(folder, 'proof.yaml'), encodeProof(bundle), { flag: 'wx' })
    return yes(null)
  } catch (error) {
    return no(writeRefusal(error, folder))
  }
}
