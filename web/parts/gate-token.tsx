import { useState } from 'react'
import type { GateTokenMade, GateTokenWish } from '../api/types.ts'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { ShownOnce } from '../ui/shown-once.tsx'
import { When } from '../ui/when.tsx'
import { FormDialog } from './actions/form.tsx'
import { Code, lineOf } from './outside-text.tsx'

type GateTokenProps = {
  readonly make: (wish: GateTokenWish) => Promise<GateTokenMade>
  /** How long one lives at most. */
  readonly hoursMax: number
}

/** The way to the model: a token that is made for oneself and shown once, and where to ask. */
export function GateToken({ make, hoursMax }: GateTokenProps) {
  const [isAsking, setIsAsking] = useState(false)
  const [made, setMade] = useState<GateTokenMade | null>(null)
  return (
    <>
      {made === null ? (
        <Button onClick={() => setIsAsking(true)}>Make a token</Button>
      ) : (
        <Made made={made} onDone={() => setMade(null)} />
      )}
      {isAsking && (
        <AskForToken
          {...{ hoursMax }}
          run={async (wish) => setMade(await make(wish))}
          onClose={() => setIsAsking(false)}
        />
      )}
    </>
  )
}

type AskProps = Pick<GateTokenProps, 'hoursMax'> & {
  readonly run: (wish: GateTokenWish) => Promise<void>
  readonly onClose: () => void
}

function AskForToken({ hoursMax, run, onClose }: AskProps) {
  const [name, setName] = useState('')
  const [hours, setHours] = useState(String(hoursMax))
  const minutes = Math.round(Number(hours) * 60)
  const isTime = minutes >= 1 && minutes <= hoursMax * 60
  return (
    <FormDialog
      title="Make a token"
      about="For yourself and one piece of work. It is shown once, and what is asked with it stands in the access log under your name."
      does="Make it"
      missing={
        !/^[!-~]{1,100}$/.test(name)
          ? 'Name the work, without spaces.'
          : isTime
            ? null
            : `It lives ${hoursMax} hours at most.`
      }
      run={() => run({ run: name, minutes })}
      onClose={onClose}
    >
      <Field label="For which work" about="The log says it beside every request: audit-7, run_2.">
        {(given) => (
          <input
            {...given}
            maxLength={100}
            autoComplete="off"
            value={name}
            onChange={({ target }) => setName(target.value)}
          />
        )}
      </Field>
      <Field label="Hours" about={`${hoursMax} at most, and never past the end of access.`}>
        {(given) => (
          <input
            {...given}
            inputMode="decimal"
            maxLength={5}
            autoComplete="off"
            value={hours}
            onChange={({ target }) => setHours(target.value)}
          />
        )}
      </Field>
    </FormDialog>
  )
}

type MadeProps = { readonly made: GateTokenMade; readonly onDone: () => void }

/** The only place where such a token is ever shown. */
const Made = ({ made: { token, expiresAt, models, openai, anthropic }, onDone }: MadeProps) => (
  <section
    aria-labelledby="made-gate-token"
    className="my-2 w-full rounded-md border border-warn/40 bg-warn-ground p-4"
  >
    <p id="made-gate-token" className="text-title font-semibold">
      Keep this token now
    </p>
    <p className="max-w-[75ch]">
      It is shown this once, and good until <When at={expiresAt} />. It goes where your client takes
      its API key. Whoever has it asks in your name.
    </p>
    <ShownOnce label="Token" value={token} does="I have kept it" onDone={onDone} />
    {openai !== null && anthropic !== null ? (
      <>
        <p>The base address, for clients of OpenAI and of Anthropic:</p>
        <Code text={`${openai}\n${anthropic}`} />
      </>
    ) : (
      <p>This instance says no address of its gateway: ask whoever runs it.</p>
    )}
    <p className="text-quiet wrap-anywhere">
      Ask for {models.map((one) => lineOf(one, 100)).join(' · ')}. Nothing else passes.
    </p>
  </section>
)
