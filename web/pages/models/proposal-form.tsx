import { type ReactNode, useEffect, useState } from 'react'
import { moneyOf, publicationWords, purposeWords } from '../../parts/engagement-words.ts'
import { DisclosureFields } from './disclosure-fields.tsx'
import { ModelFields, NameFields, type ProposalFieldsProps, WindowFields } from './model-fields.tsx'
import { type Nameable, TermsFields } from './terms-fields.tsx'
import { type Typed, termsOf } from './typed.ts'

/** Every member that has a field of its own. */
export const placesOfForm = ['/model', '/plannedReleaseAt', '/window', '/terms'].concat(
  ...['/documentSha256', '/disclosures', '/independence'],
)

type FormProps = ProposalFieldsProps & {
  readonly people: Nameable
  readonly isReleaseFixed?: boolean
  readonly onFile: (file: File) => void
}

/** A whole proposal: what everybody has to say first, the rest behind what it says in short. */
export function ProposalForm({ people, isReleaseFixed = false, onFile, ...props }: FormProps) {
  const { typed, wrong, onTyped } = props
  return (
    <>
      <NameFields {...props} />
      <WindowFields {...props} isReleaseFixed={isReleaseFixed} />
      <Folded
        title="How it is reached"
        short={modelShort(typed)}
        isWrong={wrong.isAny(
          ...['/model/reach', '/model/modalities', '/model/safeguards'],
          ...['/model/contextTokens', '/model/tools', '/model/isOpenWeight'],
        )}
      >
        <ModelFields {...props} />
      </Folded>
      <Folded
        title="Terms"
        short={termsShort(typed)}
        isOpenFirst={people.length > 0}
        isWrong={wrong.isAny('/terms')}
      >
        <TermsFields {...{ typed, wrong, people, onTyped }} />
      </Folded>
      <Folded
        title="Documents and disclosures"
        short={documentsShort(typed)}
        isWrong={wrong.isAny('/documentSha256', '/disclosures')}
      >
        <DisclosureFields {...props} onFile={onFile} />
      </Folded>
    </>
  )
}

const modelShort = ({ reach, isOpenWeight, contextTokens }: Typed): string =>
  [
    reach === 'weights' ? 'Weights handed over' : 'Through your endpoint',
    ...(isOpenWeight ? ['weights will be published'] : []),
    `${contextTokens} tokens of context`,
  ].join(', ')

function termsShort(typed: Typed): string {
  const { purposes, publication, budget } = termsOf(typed)
  const uses = purposes.map((one) => purposeWords[one].toLowerCase()).join(', ') || 'nothing'
  const money = moneyOf(Math.max(budget.microUsd, 0))
  const told = publicationWords[publication].toLowerCase()
  return `To ${uses}; published: ${told}; at most ${money}`
}

const documentsShort = ({ documentSha256, disclosures }: Typed): string =>
  `${documentSha256 === '' ? 'No document' : 'A document'}, ${disclosures.length} disclosures`

type FoldedProps = {
  readonly title: string
  /** What it says now, while it is closed. */
  readonly short: string
  readonly isOpenFirst?: boolean
  /** What has to be mended is never hidden. */
  readonly isWrong: boolean
  readonly children: ReactNode
}

function Folded({ title, short, isOpenFirst = false, isWrong, children }: FoldedProps) {
  const [isOpen, setIsOpen] = useState(isOpenFirst)
  useEffect(() => {
    if (isWrong) setIsOpen(true)
  }, [isWrong])
  return (
    <details
      open={isOpen || isWrong}
      onToggle={({ currentTarget }) => setIsOpen(currentTarget.open)}
      className="border-t border-rule pt-2"
    >
      <summary>
        <span className="font-semibold">{title}</span> <span className="text-quiet">{short}</span>
      </summary>
      <div className="mt-3">{children}</div>
    </details>
  )
}
