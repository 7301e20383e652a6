import { budgetRules } from '../../../../test/engagement/budget-rules.ts'
import { MemoryBudgets } from './memory-budgets.ts'

budgetRules(async () => {
  const at = { ms: 0 }
  const budgets = new MemoryBudgets({ now: () => new Date(at.ms) })
  return {
    ...{ budgets, engagement: 'engagement_1' },
    usedBy: async (account) => budgets.usedBy('engagement_1', account),
    pass: async (ms) => {
      at.ms += ms
    },
  }
})
