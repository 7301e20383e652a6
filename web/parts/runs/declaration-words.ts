import type { Declaration } from '../../api/types.ts'
import { grouped, percent } from '../../ui/words.ts'

type Rule = Declaration['rule']
type RuleKey = 'fixed-look' | 'large-bank' | 'this-bank'

export const ruleKey = (rule: Rule): RuleKey =>
  rule.is === 'fixed-look' ? 'fixed-look' : rule.population

/** Each rule in one sentence. */
export const ruleWords: Readonly<
  Record<RuleKey, { readonly name: string; readonly about: string }>
> = {
  'fixed-look': {
    name: 'One look at the end',
    about:
      'Results are looked at once, when the run is closed; whoever looks before gives the verdict up.',
  },
  'large-bank': {
    name: 'Looks at any time, about tasks like these',
    about:
      'Evidence is gathered task by task, may be looked at after each, and says something of all tasks of this kind.',
  },
  'this-bank': {
    name: 'Looks at any time, about this very bank',
    about:
      'Evidence is gathered task by task, may be looked at after each, and says something of the tasks of this bank alone.',
  },
}

/** Threshold, attempts, budget and error, as the sentence that both sides agree to. */
export const saysOfDeclaration = ({
  threshold,
  alpha,
  attempts,
  tokenBudget,
}: Declaration): string =>
  `Is the mean score at least ${threshold}, with ${attempts} attempts at each task and ` +
  `${grouped(tokenBudget)} tokens for each? Either answer may be wrong in ${percent(alpha)} of cases.`
