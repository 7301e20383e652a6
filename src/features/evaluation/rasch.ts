/** Points of the ability scale in one unit of log-odds: 200 points are odds three times as good. */
const pointsPerLogit = 200 / Math.log(3)

/** The mean score of a task whose difficulty was fixed before, in points. */
export type GradedScore = { readonly difficulty: number; readonly score: number }

/** In points. The error takes the task as the unit and the difficulties as known. */
export type Ability = { readonly points: number; readonly error: number }

/**
 * The ability of greatest likelihood under the model of Rasch (1960), with one parameter a task
 * that stays as it was frozen; null where every task succeeded or every one failed, as no ability
 * is then the likeliest. The error is the sandwich, which holds for part marks too.
 */
export function abilityOf(scores: readonly GradedScore[]): Ability | null {
  const total = scores.reduce((sum, { score }) => sum + score, 0)
  if (total <= 0 || total >= scores.length) return null
  const logits = scores.map(({ difficulty, score }) => ({
    difficulty: difficulty / pointsPerLogit,
    score,
  }))
  const difficulties = logits.map(({ difficulty }) => difficulty)
  let low = Math.min(...difficulties) - 40
  let high = Math.max(...difficulties) + 40
  for (let step = 0; step < 100; step++) {
    const middle = (low + high) / 2
    if (expectedScore(difficulties, middle) < total) low = middle
    else high = middle
  }
  const ability = (low + high) / 2
  let information = 0
  let spread = 0
  for (const { difficulty, score } of logits) {
    const chance = chanceOf(ability, difficulty)
    information += chance * (1 - chance)
    spread += (score - chance) ** 2
  }
  const error = Math.sqrt(spread) / information
  return { points: ability * pointsPerLogit, error: error * pointsPerLogit }
}

const chanceOf = (ability: number, difficulty: number): number =>
  1 / (1 + Math.exp(difficulty - ability))

const expectedScore = (difficulties: readonly number[], ability: number): number =>
  difficulties.reduce((sum, difficulty) => sum + chanceOf(ability, difficulty), 0)
