import { choicesOf, modalityWords, reachWords } from '../../parts/engagement-words.ts'
import { Choices } from '../../ui/choices.tsx'
import { Field } from '../../ui/field.tsx'
import { Notice } from '../../ui/notice.tsx'
import type { Wrong } from './places.ts'
import { Lines, Moment, Text, Whole } from './plain-fields.tsx'
import type { Typed } from './typed.ts'

export type ProposalFieldsProps = {
  readonly typed: Typed
  readonly wrong: Wrong
  readonly onTyped: (change: Partial<Typed>) => void
}

/** Which model it is: a name and a version. */
export const NameFields = ({ typed, wrong, onTyped }: ProposalFieldsProps) => (
  <div className="grid gap-4 rail:grid-cols-2">
    <Text
      label="Name of the model"
      about="As both sides will call it."
      value={typed.name}
      error={wrong.at('/model/name')}
      onValue={(name) => onTyped({ name })}
    />
    <Text
      label="Version"
      about="The very one that is shown, such as a checkpoint."
      value={typed.version}
      error={wrong.at('/model/version')}
      onValue={(version) => onTyped({ version })}
    />
  </div>
)

/** When it is planned to be released, and when evaluators may ask it. */
export const WindowFields = ({
  typed,
  wrong,
  onTyped,
  isReleaseFixed = false,
}: ProposalFieldsProps & { readonly isReleaseFixed?: boolean }) => (
  <div className="grid gap-4 rail:grid-cols-3">
    <Moment
      label="Planned release (UTC)"
      about={
        isReleaseFixed
          ? 'A fact that the developer states; nobody else proposes it.'
          : 'To trusted partners. A plan you may change at any time, and nothing waits for it.'
      }
      isOff={isReleaseFixed}
      value={typed.releaseAt}
      error={wrong.at('/plannedReleaseAt')}
      onValue={(releaseAt) => onTyped({ releaseAt })}
    />
    <Moment
      label="Window opens (UTC)"
      about="At most 30 days before the planned release."
      value={typed.opensAt}
      error={wrong.at('/window/opensAt')}
      onValue={(opensAt) => onTyped({ opensAt })}
    />
    <Moment
      label="Window closes (UTC)"
      about="To the second, and no later than the release. Empty: with the planned release."
      value={typed.closesAt}
      error={wrong.at('/window/closesAt')}
      onValue={(closesAt) => onTyped({ closesAt })}
    />
  </div>
)

/** How the model is reached and what it can be asked with. */
export function ModelFields({ typed, wrong, onTyped }: ProposalFieldsProps) {
  return (
    <div className="space-y-4">
      <Field label="How evaluators reach it" about="" error={wrong.at('/model/reach')}>
        {(given) => (
          <select
            {...given}
            value={typed.reach}
            onChange={({ target }) =>
              onTyped({ reach: target.value === 'weights' ? 'weights' : 'endpoint' })
            }
          >
            {choicesOf(reachWords).map(([value, word]) => (
              <option key={value} value={value}>
                {word}
              </option>
            ))}
          </select>
        )}
      </Field>
      <label className="flex items-baseline gap-2">
        <input
          type="checkbox"
          checked={typed.isOpenWeight}
          onChange={({ target }) =>
            onTyped({
              isOpenWeight: target.checked,
              ...(target.checked && { reach: 'weights', disposal: 'return' }),
            })
          }
        />
        Its weights will be published (open weight)
      </label>
      {typed.reach === 'weights' && <WeightsNotice />}
      <Choices
        legend="Takes and gives"
        choices={choicesOf(modalityWords)}
        chosen={typed.modalities}
        error={wrong.at('/model/modalities')}
        onChosen={(modalities) => onTyped({ modalities })}
      />
      <div className="grid gap-4 rail:grid-cols-2">
        <Lines
          label="Safeguards that may be asked for"
          about="One variant a line: all on, off, or named ones between."
          value={typed.safeguards}
          error={wrong.at('/model/safeguards')}
          onValue={(safeguards) => onTyped({ safeguards })}
        />
        <Lines
          label="Tools"
          about="One a line; empty for none."
          value={typed.tools}
          error={wrong.at('/model/tools')}
          onValue={(tools) => onTyped({ tools })}
        />
      </div>
      <Whole
        label="Tokens of context"
        about="How much it can be asked at once."
        value={typed.contextTokens}
        error={wrong.at('/model/contextTokens')}
        onValue={(contextTokens) => onTyped({ contextTokens })}
      />
    </div>
  )
}

/** What handing weights over means: there is no endpoint of the developer that closes. */
const WeightsNotice = () => (
  <Notice>
    <p className="max-w-[75ch]">
      The weights run in an enclave of the evaluator, behind the same gateway: the same named
      people, limits and log, and the same end to the second. What was handed over is no longer in
      your hands, so it goes back or is destroyed afterwards, with proof from the ledger. Say which
      under “Afterwards”. Publishing the weights is a release: tell it on the page of the engagement
      when it happens; nothing here waits for it or keeps you from it.
    </p>
  </Notice>
)
