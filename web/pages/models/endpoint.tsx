import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { withdrawEndpoint } from '../../api/engagements.ts'
import type { Engagement, GatewayEndpoint } from '../../api/types.ts'
import { moneyOf } from '../../parts/engagement-words.ts'
import { lineOf } from '../../parts/outside-text.tsx'
import { AskOnce } from '../../ui/ask-once.tsx'
import { Button } from '../../ui/button.tsx'
import { ReadFailed } from '../../ui/notice.tsx'
import { Section } from '../../ui/section.tsx'
import { said } from '../../ui/toast.tsx'
import { When } from '../../ui/when.tsx'
import { counted } from '../../ui/words.ts'
import { EndpointDialog } from './endpoint-dialog.tsx'
import { Fact } from './facts.tsx'
import { endpointQuery } from './gateway-queries.ts'

type OfEngagement = { readonly engagement: Engagement }

/** Where the developer's model answers: said, shown and taken back by its developer alone. */
export function Endpoint({ engagement }: OfEngagement) {
  const { id, access, names } = engagement
  const { data, error, refetch } = useQuery(endpointQuery(id))
  const [asked, setAsked] = useState<'put' | 'withdraw' | null>(null)
  const queries = useQueryClient()
  const readAgain = () => queries.invalidateQueries({ queryKey: endpointQuery(id).queryKey })
  const isGoing = 'endsAt' in access
  const isThere = data != null && data.withdrawnAt === null
  return (
    <Section
      title="Your endpoint"
      beside={
        isGoing && (
          <>
            {isThere && <Button onClick={() => setAsked('withdraw')}>Take it back</Button>}
            <Button onClick={() => setAsked('put')}>
              {isThere ? 'Say another' : 'Say where it answers'}
            </Button>
          </>
        )
      }
    >
      {error && <ReadFailed error={error} retry={() => void refetch()} />}
      {data === null && (
        <p className="max-w-[65ch] text-quiet">
          {isGoing
            ? 'None yet: nobody can ask your model before you say where it answers, and with which credential. Evaluators never see either.'
            : 'None was given.'}
        </p>
      )}
      {data && <Shown endpoint={data} names={names} />}
      {asked === 'put' && (
        <EndpointDialog
          {...{ engagement }}
          before={data ?? null}
          onChanged={readAgain}
          onClose={() => setAsked(null)}
        />
      )}
      {asked === 'withdraw' && (
        <AskOnce
          title="Take the endpoint back?"
          about="Answers on their way are cut at this second, and the credential is destroyed. The agreement stays; you can say another endpoint while access lasts."
          does="Take it back"
          keeps="Keep it"
          run={async () => {
            await withdrawEndpoint(id)
            await readAgain()
            said('Taken back, and the credential destroyed.')
          }}
          onClose={() => setAsked(null)}
        />
      )}
    </Section>
  )
}

type ShownProps = Pick<Engagement, 'names'> & { readonly endpoint: GatewayEndpoint }

function Shown({ endpoint, names }: ShownProps) {
  const { base, models, most, price, credential, putAt, putBy, withdrawnAt } = endpoint
  return (
    <dl>
      <Fact term="Address">
        <span className="font-mono text-small">{lineOf(base, 500)}</span>
      </Fact>
      <Fact term="May be asked as">
        {models.length === 0 ? 'Nothing' : models.map((one) => lineOf(one, 100)).join(' · ')}
      </Fact>
      <Fact term="At most a request">
        {counted(most.input, 'token')} in, {counted(most.output, 'token')} out
      </Fact>
      <Fact term="Price of a million tokens">
        {moneyOf(price.inputMicroUsd)} in, {moneyOf(price.outputMicroUsd)} out
      </Fact>
      <Fact term="Credential">
        {credential.destroyedAt === null ? (
          <>
            Kept sealed, sent as <span className="font-mono text-small">{credential.header}</span>.
            Nobody reads it any more, you neither
          </>
        ) : (
          <>
            Destroyed <When at={credential.destroyedAt} />
          </>
        )}
      </Fact>
      <Fact term={withdrawnAt === null ? 'Said' : 'Taken back'}>
        <When at={withdrawnAt ?? putAt} />
        {withdrawnAt === null && putBy !== null && `, by ${lineOf(names[putBy] ?? putBy, 60)}`}
      </Fact>
    </dl>
  )
}
