import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { planCase } from '../../api/client.ts'
import { caseQuery, planQuery } from '../../api/queries.ts'
import type { CasePlan } from '../../api/types.ts'
import { FormDialog } from '../../parts/actions/form.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field } from '../../ui/field.tsx'
import { ReadFailed } from '../../ui/notice.tsx'

type PlanDialogProps = { readonly id: string; readonly onClose: () => void }

const about = 'What tiers see who are not to see the case, and the moments that open them.'

/** The fix, the artifacts and the times of a case. */
export function PlanDialog({ id, onClose }: PlanDialogProps) {
  const { data: plan, error } = useQuery(planQuery(id))
  if (plan) return <PlanForm id={id} plan={plan} onClose={onClose} />
  return (
    <Dialog title="Fix and dates" about={about} isOpen onClose={onClose}>
      {error ? <ReadFailed error={error} /> : <p>Reading…</p>}
    </Dialog>
  )
}

const times = [
  ['analysisAt', 'Analysis begins', 'Opens tier 1.'],
  ['upstreamAt', 'Ready for upstream', 'Opens tier 1.5.'],
  ['embargoUntil', 'Embargo until', 'Tier 2 sees it.'],
  ['disclosureAt', 'Planned disclosure', 'Opens tier 2 fourteen days before.'],
  ['goLiveAt', 'Goes live', 'Opens tier 3 seven days before, tier 3.5 a day before.'],
  ['disclosedAt', 'Made public', 'Once it is: ends every read-in at once.'],
] as const
type TimeName = (typeof times)[number][0]

type PlanFormProps = PlanDialogProps & { readonly plan: CasePlan }

function PlanForm({ id, plan, onClose }: PlanFormProps) {
  const queries = useQueryClient()
  const [fixText, setFixText] = useState(plan.fixText)
  const [links, setLinks] = useState(plan.fixLinks.join('\n'))
  const [artifacts, setArtifacts] = useState(plan.artifacts.map(lineOfArtifact).join('\n'))
  const [moments, setMoments] = useState(() => momentsOf(plan))
  const parsed = artifacts.split('\n').filter(Boolean).map(artifactOf)
  const save = async (): Promise<void> => {
    await planCase(id, {
      ...{ version: plan.version, fixText, fixLinks: links.split('\n').filter(Boolean) },
      artifacts: parsed.filter((one) => one !== null),
      ...instantsOf(moments),
    })
    await queries.invalidateQueries({ queryKey: caseQuery(id).queryKey })
  }
  const missing = parsed.includes(null)
    ? 'Write each artifact as: package URL, version, SHA-256 if known.'
    : null
  return (
    <FormDialog
      title="Fix and dates"
      about={about}
      isWide
      does="Save"
      missing={missing}
      run={save}
      onClose={onClose}
    >
      <div className="grid gap-3 rail:grid-cols-2">
        {times.map(([name, label, means]) => (
          <Field key={name} label={`${label} (UTC)`} about={means}>
            {(given) => (
              <input
                {...given}
                type="datetime-local"
                value={moments[name]}
                onChange={({ target }) => setMoments({ ...moments, [name]: target.value })}
              />
            )}
          </Field>
        ))}
      </div>
      <Lines
        label="Artifacts"
        about="A line each: package URL, version, SHA-256 if known. Tier 3 sees them."
        value={artifacts}
        onValue={setArtifacts}
      />
      <Lines
        label="Links to the fix"
        about="A line each, https only. Tiers 1 to 2 see them."
        value={links}
        onValue={setLinks}
      />
      <Lines
        label="The fix"
        about="The patch as text. Tiers 1 to 2 see it."
        value={fixText}
        onValue={setFixText}
      />
    </FormDialog>
  )
}

type LinesProps = {
  readonly label: string
  readonly about: string
  readonly value: string
  readonly onValue: (text: string) => void
}

const Lines = ({ label, about, value, onValue }: LinesProps) => (
  <Field label={label} about={about}>
    {(given) => (
      <textarea
        {...given}
        className={`${given.className} font-mono`}
        rows={3}
        value={value}
        onChange={({ target }) => onValue(target.value)}
      />
    )}
  </Field>
)

type Artifact = CasePlan['artifacts'][number]

const lineOfArtifact = ({ purl, version, sha256 }: Artifact): string =>
  [purl, version, sha256].filter(Boolean).join(' ')

function artifactOf(line: string): Artifact | null {
  const [purl = '', version = '', sha256 = null, ...rest] = line.trim().split(/[\s,]+/)
  const isWhole = purl !== '' && version !== '' && rest.length === 0
  return isWhole ? { purl, version, sha256: sha256 === '' ? null : sha256 } : null
}

type Moments = Readonly<Record<TimeName, string>>

const momentsOf = (plan: CasePlan): Moments => {
  const at = (name: TimeName): string => plan[name]?.slice(0, 16) ?? ''
  return {
    ...{ analysisAt: at('analysisAt'), upstreamAt: at('upstreamAt') },
    ...{ embargoUntil: at('embargoUntil'), disclosureAt: at('disclosureAt') },
    ...{ goLiveAt: at('goLiveAt'), disclosedAt: at('disclosedAt') },
  }
}

const instantsOf = (moments: Moments) => {
  const at = (name: TimeName): string | null =>
    moments[name] === '' ? null : `${moments[name]}:00Z`
  return {
    ...{ analysisAt: at('analysisAt'), upstreamAt: at('upstreamAt') },
    ...{ embargoUntil: at('embargoUntil'), disclosureAt: at('disclosureAt') },
    ...{ goLiveAt: at('goLiveAt'), disclosedAt: at('disclosedAt') },
  }
}
