import { createHash } from 'node:crypto'
import { z } from 'zod'
import { parseJson } from '#formats/json/parse.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { oneLine } from '#platform/terminal/visible.ts'
import { AskedInstance } from './asked-instance.ts'
import { refuseAll } from './eval-json.ts'
import type { ExitCode } from './exit.ts'
import { print } from './output.ts'
import { textOf } from './small-file.ts'

export type EvalFlawOptions = {
  readonly to?: string
  readonly attempt: string
  readonly label?: string
}

const AcceptedShape = z.looseObject({ receipt: z.string() })

type Asked = { readonly run: string; readonly task: string; readonly file: string }

/**
 * `parley eval flaw RUN TASK FILE`: hands a flaw that a sample showed in as a report. The same file
 * of the same sample is handed in once, however often the command is run.
 */
export async function runEvalFlaw(
  { run, task, file }: Asked,
  { to, attempt, label }: EvalFlawOptions,
): Promise<ExitCode> {
  const client = AskedInstance.of(to)
  if (!client.ok) return refuseAll([client.refusal])
  if (!/^[1-9]\d{0,4}$/.test(attempt)) {
    const why = `--attempt ${attempt} is no number of an attempt; they count from 1`
    return refuseAll([{ code: 'bad-usage', why }])
  }
  const report = await reportIn(file)
  if (!report.ok) return refuseAll([report.refusal])
  const place = [run, 'samples', task, attempt].map(encodeURIComponent).join('/')
  const once = createHash('sha256').update(`${place}\n${label ?? ''}\n${report.value.text}`)
  const answer = await client.value.send(AcceptedShape, {
    ...{ call: `POST /v1/runs/${place}/flaws`, body: report.value.body },
    headers: {
      'idempotency-key': `flaw-${once.digest('hex')}`,
      ...(label === undefined ? {} : { 'parley-label': label }),
    },
  })
  if (!answer.ok) return refuseAll([answer.refusal])
  const { receipt } = answer.value
  print([
    oneLine(`Handed in: ${receipt} (${task}, attempt ${attempt}).`),
    'It is compared with what is known; follow it by its receipt.',
  ])
  return 0
}

/** One report as JSON; the service says what is wrong in it. */
async function reportIn(
  path: string,
): Promise<Result<{ readonly text: string; readonly body: unknown }>> {
  const text = await textOf(path)
  if (!text.ok) return text
  const { documents, problems } = parseJson(text.value)
  const [document, ...more] = documents
  const [problem] = problems.filter(({ lost }) => lost)
  if (document === undefined || problem !== undefined || more.length > 0) {
    const why = problem?.why ?? `holds ${documents.length} JSON documents, not one report`
    return no({ code: 'malformed', why, at: path })
  }
  return yes({ text: text.value, body: document.value })
}
