import { queryOptions, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { getProfile } from '../../api/client.ts'
import { lineOf } from '../../parts/outside-text.tsx'
import { useRowKeys } from '../../parts/row-keys.ts'
import { ReadFailed } from '../../ui/notice.tsx'
import { PageBody, PageHead } from '../../ui/page-head.tsx'
import { Section } from '../../ui/section.tsx'
import { Identities } from './identities.tsx'
import { Passkeys } from './passkeys.tsx'
import { Pseudonym } from './pseudonym.tsx'
import { RecoveryCodes } from './recovery-codes.tsx'
import { Sessions } from './sessions.tsx'

const profileQuery = queryOptions({
  queryKey: ['profile'],
  queryFn: ({ signal }) => getProfile(signal),
})

/** A person's own ways in, and where they are signed in. */
export function ProfilePage() {
  const { data: profile, error, refetch } = useQuery(profileQuery)
  const rows = useRowKeys<HTMLDivElement>('Profile')
  const who = profile
    ? `You are ${lineOf(profile.person.name, 100)}, a ${profile.role} of ${lineOf(profile.organisation.name, 100)}`
    : 'Reading…'
  return (
    <>
      <PageHead title="Profile" about={who} />
      <PageBody>
        {error && <ReadFailed error={error} retry={() => void refetch()} />}
        {profile && (
          <div ref={rows} className="max-w-[60rem]">
            <Passkeys profile={profile} />
            <Identities profile={profile} />
            <RecoveryCodes recoveryCodes={profile.recoveryCodes} />
            {profile.role === 'finder' && <Pseudonym />}
            <Sessions sessions={profile.sessions} />
            <Section title="Read-ins">
              <p className="text-quiet">
                What you were read in to, case by case, stands under{' '}
                <Link to="/read-ins" className="link">
                  My read-ins
                </Link>
                .
              </p>
            </Section>
          </div>
        )}
      </PageBody>
    </>
  )
}
