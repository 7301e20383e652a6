import { useQuery } from '@tanstack/react-query'
import { useRef } from 'react'
import { peopleQuery, sessionQuery } from '../../api/queries.ts'
import type { Person } from '../../api/types.ts'
import { type Choice, Choose } from '../../ui/chooser.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { lineOf } from '../outside-text.tsx'
import { severityOrder, severityWords, verdictOrder, verdictWords } from '../words.ts'
import { type ActProps, aboutOf } from './about.ts'
import { useChanges, type Wish } from './changes.ts'

type ChooseDialogProps = ActProps & {
  readonly title: string
  readonly placeholder: string
  readonly choices: (take: (wish: Wish, says: string) => void) => readonly Choice[]
}

/** A list to choose from, for one case or many. */
function ChooseDialog({ title, placeholder, choices, cases, onClose }: ChooseDialogProps) {
  const field = useRef<HTMLInputElement>(null)
  const { change } = useChanges()
  const take = (wish: Wish, says: string): void => {
    onClose()
    void change(cases, wish, says)
  }
  return (
    <Dialog isOpen title={title} about={lineOf(aboutOf(cases))} onClose={onClose} focus={field}>
      <Choose label={title} placeholder={placeholder} choices={choices(take)} field={field} />
    </Dialog>
  )
}

export function AssignDialog(props: ActProps) {
  const { data: people } = useQuery(peopleQuery)
  const { data: session } = useQuery(sessionQuery)
  const me = session?.person
  const others = (people?.items ?? []).filter(({ id }) => id !== me?.id)
  return (
    <ChooseDialog
      {...props}
      title="Assign to"
      placeholder="Name"
      choices={(take) => {
        const choice = (person: Person, label: string): Choice => ({
          key: person.id,
          label,
          run: () => take({ assignee: person }, `assigned to ${person.name}.`),
        })
        const nobody: Choice = {
          key: 'nobody',
          label: 'Nobody',
          run: () => take({ assignee: null }, 'nobody has it now.'),
        }
        const mine = me ? [choice(me, `${me.name} (me)`)] : []
        return [...mine, nobody, ...others.map((person) => choice(person, person.name))]
      }}
    />
  )
}

export function VerdictDialog(props: ActProps) {
  return (
    <ChooseDialog
      {...props}
      title="Verdict"
      placeholder="Is it real?"
      choices={(take) =>
        verdictOrder.map((verdict) => ({
          key: verdict,
          label: verdictWords[verdict].word,
          detail: verdictWords[verdict].means,
          run: () =>
            take({ verdict }, `verdict is now ${verdictWords[verdict].word.toLowerCase()}.`),
        }))
      }
    />
  )
}

export function SeverityDialog(props: ActProps) {
  return (
    <ChooseDialog
      {...props}
      title="Severity"
      placeholder="How bad is it?"
      choices={(take) => [
        ...severityOrder.map((severity) => ({
          key: severity,
          label: severityWords[severity],
          run: () =>
            take({ severity }, `severity is now ${severityWords[severity].toLowerCase()}.`),
        })),
        {
          key: 'reports',
          label: 'As the reports say',
          detail: 'Takes back what a person set',
          run: () => take({ severity: null }, 'severity is what the reports say.'),
        },
      ]}
    />
  )
}
