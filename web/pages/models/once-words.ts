import type { Engagement, EngagementAct } from '../../api/types.ts'
import { lineOf } from '../../parts/outside-text.tsx'

/** What is said with one confirmation, because it cannot be unsaid. */
export type OnceAct = Extract<
  EngagementAct['kind'],
  'decline' | 'withdraw' | 'end' | 'leave' | 'release'
>

type Words = {
  readonly title: string
  readonly about: (engagement: Engagement) => string
  readonly does: string
  readonly keeps: string
  readonly done: string
}

const evaluatorOf = ({ evaluator }: Engagement): string => lineOf(evaluator.name, 60)

export const onceWords: Readonly<Record<OnceAct, Words>> = {
  end: {
    title: 'Leave now?',
    about: (found) =>
      `Access of ${evaluatorOf(found)} ends at this second: answers on their way are cut, and credentials destroyed. Nobody asks why. What was kept is returned or destroyed as agreed. This cannot be undone; you can offer again.`,
    does: 'Leave now',
    keeps: 'Stay',
    done: 'You left. Access ended at that second.',
  },
  withdraw: {
    title: 'Withdraw the model?',
    about: (found) =>
      found.state === 'agreed'
        ? `Access of ${evaluatorOf(found)} ends at this second, and the model is off the desk. Nobody asks why. This cannot be undone; you can offer again.`
        : `${evaluatorOf(found)} can no longer accept it. Nobody asks why. This cannot be undone; you can offer again.`,
    does: 'Withdraw it',
    keeps: 'Keep it',
    done: 'Withdrawn.',
  },
  decline: {
    title: 'Decline the offer?',
    about: () => 'The developer sees that you declined. This cannot be undone; it can offer again.',
    does: 'Decline',
    keeps: 'Go back',
    done: 'Declined.',
  },
  leave: {
    title: 'Leave?',
    about: () =>
      'Your access ends at this second, and the developer sees that you left. What you hold is returned or destroyed as agreed. This cannot be undone.',
    does: 'Leave',
    keeps: 'Stay',
    done: 'You left. Access ended at that second.',
  },
  release: {
    title: 'Is it released?',
    about: (found) =>
      found.agreed?.endsWithRelease === true && found.state === 'agreed'
        ? `You state that trusted partners have the model. It is a fact and no request: nobody answers it. The window of ${evaluatorOf(found)} ends with it, now, unless you let it go on longer first.`
        : 'You state that trusted partners have the model. It is a fact and no request: nobody answers it.',
    does: 'It is released',
    keeps: 'Not yet',
    done: 'The release is written down.',
  },
}
