import { useState } from 'react'
import { putEndpoint } from '../../api/engagements.ts'
import type { EndpointWish, Engagement, GatewayEndpoint } from '../../api/types.ts'
import { FormDialog } from '../../parts/actions/form.tsx'
import { Field } from '../../ui/field.tsx'
import { said } from '../../ui/toast.tsx'
import { wrongOf } from './places.ts'
import { Lines, Text, Whole } from './plain-fields.tsx'
import { OneOf } from './terms-fields.tsx'

type DialogProps = {
  readonly engagement: Engagement
  readonly before: GatewayEndpoint | null
  readonly onChanged: () => Promise<unknown>
  readonly onClose: () => void
}

type Typed = {
  readonly base: string
  readonly models: string
  readonly header: EndpointWish['credential']['header']
  /** Only ever goes out: what the service keeps is never shown. */
  readonly secret: string
  readonly input: string
  readonly output: string
  readonly inputUsd: string
  readonly outputUsd: string
}

const headerWords: Readonly<Record<Typed['header'], string>> = {
  authorization: 'Authorization: Bearer … (OpenAI and most others)',
  'x-api-key': 'x-api-key (Anthropic)',
}

const microOf = (usd: string): number => Math.round(Number(usd || '0') * 1_000_000)

const firstTyped = (before: GatewayEndpoint | null, { model, versions }: Engagement): Typed => ({
  ...{ base: before?.base ?? '', header: before?.credential.header ?? 'authorization' },
  ...{ models: before?.models.join('\n') ?? model.name, secret: '' },
  input: String(before?.most.input ?? versions.at(-1)?.proposal.model.contextTokens ?? 128_000),
  output: String(before?.most.output ?? 32_000),
  inputUsd: String((before?.price.inputMicroUsd ?? 0) / 1_000_000),
  outputUsd: String((before?.price.outputMicroUsd ?? 0) / 1_000_000),
})

const wishOf = (typed: Typed, before: GatewayEndpoint | null): EndpointWish => ({
  base: typed.base.trim(),
  models: typed.models.split('\n').flatMap((line) => line.trim() || []),
  mayList: before?.mayList ?? false,
  most: { input: Number(typed.input) || 0, output: Number(typed.output) || 0 },
  price: { inputMicroUsd: microOf(typed.inputUsd), outputMicroUsd: microOf(typed.outputUsd) },
  credential: {
    ...{ header: typed.header, value: typed.secret.trim() },
    scheme: typed.header === 'authorization' ? 'Bearer' : '',
  },
  ...(before && { clearance: before.clearance, caps: before.caps }),
})

/** Where the model answers, and the credential that gateways ask it with. */
export function EndpointDialog({ engagement, before, onChanged, onClose }: DialogProps) {
  const [typed, setTyped] = useState(() => firstTyped(before, engagement))
  const [refused, setRefused] = useState<unknown>(null)
  const put = (change: Partial<Typed>): void => setTyped({ ...typed, ...change })
  const wrong = wrongOf(refused, [])
  const run = async (): Promise<unknown> => {
    try {
      await putEndpoint(engagement.id, wishOf(typed, before))
    } catch (error) {
      setRefused(error)
      return error
    }
    await onChanged()
    said('Kept. The credential is sealed: nobody reads it any more.')
    return null
  }
  const lacks = typed.base.trim() === '' || typed.secret.trim() === ''
  return (
    <FormDialog
      title="Where does your model answer?"
      about="Evaluators reach it only through the gateway. They never see the address nor the credential."
      does="Keep it"
      missing={lacks ? 'The address and the credential are needed.' : null}
      run={run}
      onClose={onClose}
      isWide
    >
      <Text
        label="Address"
        about="Origin, and a path before /v1 where there is one: https://models.example.org/preview"
        value={typed.base}
        error={wrong.at('/base')}
        onValue={(base) => put({ base })}
      />
      <Lines
        label="May be asked as"
        about="Names of the model at that address, one a line; none other passes."
        value={typed.models}
        error={wrong.at('/models')}
        onValue={(models) => put({ models })}
      />
      <SecretFields {...{ typed, put }} error={wrong.at('/credential')} />
      <LimitFields {...{ typed, put }} errorAt={wrong.at} />
    </FormDialog>
  )
}

type PartProps = { readonly typed: Typed; readonly put: (change: Partial<Typed>) => void }

const SecretFields = ({ typed, put, error }: PartProps & { readonly error: string }) => (
  <div className="grid gap-4 rail:grid-cols-2">
    <OneOf
      label="Credential is sent as"
      about=""
      words={headerWords}
      value={typed.header}
      onValue={(header) => put({ header })}
    />
    <Field
      label="Credential"
      about="Make one for this alone. It goes in here and never comes out."
      error={error}
    >
      {(given) => (
        <input
          {...given}
          type="password"
          autoComplete="off"
          maxLength={8000}
          value={typed.secret}
          onChange={({ target }) => put({ secret: target.value })}
        />
      )}
    </Field>
  </div>
)

type LimitProps = PartProps & { readonly errorAt: (pointer: string) => string }

const LimitFields = ({ typed, put, errorAt }: LimitProps) => (
  <div className="grid gap-4 rail:grid-cols-2">
    <Whole
      label="Tokens in at most"
      about="Of one request."
      value={typed.input}
      error={errorAt('/most/input')}
      onValue={(input) => put({ input })}
    />
    <Whole
      label="Tokens out at most"
      about="Of one request."
      value={typed.output}
      error={errorAt('/most/output')}
      onValue={(output) => put({ output })}
    />
    <Text
      label="US dollars for a million tokens in"
      about="By it the money that was agreed is used up."
      value={typed.inputUsd}
      error={errorAt('/price/inputMicroUsd')}
      onValue={(inputUsd) => put({ inputUsd })}
    />
    <Text
      label="US dollars for a million tokens out"
      about=""
      value={typed.outputUsd}
      error={errorAt('/price/outputMicroUsd')}
      onValue={(outputUsd) => put({ outputUsd })}
    />
  </div>
)
