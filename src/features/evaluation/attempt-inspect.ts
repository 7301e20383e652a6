import { attemptsOf } from '#formats/inspect/attempts.ts'
import type { InspectLog } from '#formats/inspect/log.ts'
import { type Attempt, attemptOf } from './attempt.ts'
import type { AttemptReading } from './attempt-row.ts'
import { weighingOf } from './outcome.ts'

/**
 * The attempts of an Inspect log: each sample is a task of the family that the log is called after,
 * each epoch of each run an attempt. What was planned and is not there is `not_run`.
 */
export async function attemptsOfInspect(log: InspectLog, name: string): Promise<AttemptReading> {
  const { header } = log
  const found = await attemptsOf(log)
  const attempts: Attempt[] = []
  const problems: AttemptReading['problems'][number][] = []
  for (const { task, attempt, outcome, score, tokens } of found.attempts) {
    const claimed = attemptOf({
      ...{ model: header.model, task: `${header.task}/${task}`, family: header.task, outcome },
      ...{ attempt: `${header.evalId ?? name} ${attempt}`, at: { name, line: 1 } },
      ...(weighingOf[outcome] === 'seen' && score !== null ? { score } : {}),
      ...(tokens === null ? {} : { tokens }),
    })
    if (claimed.ok) attempts.push(claimed.value)
    else problems.push(claimed.refusal)
  }
  for (const { why, isLost } of found.remarks)
    problems.push({ code: 'bad-value', why, lost: isLost })
  return { attempts, problems }
}
