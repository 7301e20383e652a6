/** Coefficients B(2k) / (2k (2k - 1)) of Stirling's series, with Bernoulli's numbers B. */
const stirling = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156] as const
/** From here on, seven terms of the series are exact to the last bits of a double. */
const stirlingFrom = 15
const halfLogTwoPi = Math.log(2 * Math.PI) / 2

/** What Stirling's formula lacks of ln Γ(x), for x of at least `stirlingFrom` (DLMF 5.11.1). */
function stirlingRest(x: number): number {
  const inverse = 1 / (x * x)
  return stirling.reduceRight((sum, term) => sum * inverse + term, 0) / x
}

/** ln Γ(x) for x > 0: small arguments are moved up by Γ(x + 1) = x Γ(x) (DLMF 5.5.1). */
export function logGamma(x: number): number {
  let product = 1
  let moved = x
  while (moved < stirlingFrom) product *= moved++
  const main = (moved - 0.5) * Math.log(moved) - moved + halfLogTwoPi + stirlingRest(moved)
  return main - Math.log(product)
}

/** ln B(a, b). Of a large argument no large logarithm is taken: those would cancel to nothing. */
export function logBeta(a: number, b: number): number {
  const [small, large] = a < b ? [a, b] : [b, a]
  if (large < stirlingFrom) return logGamma(a) + logGamma(b) - logGamma(a + b)
  const sum = small + large
  const ratio = -Math.log1p(small / large)
  const rest = stirlingRest(large) - stirlingRest(sum)
  if (small < stirlingFrom) {
    return logGamma(small) + (large - 0.5) * ratio - small * Math.log(sum) + small + rest
  }
  const bent = (small - 0.5) * Math.log(small / sum) + large * ratio - 0.5 * Math.log(large)
  return halfLogTwoPi + bent + stirlingRest(small) + rest
}

/** The regularised incomplete beta function: the chance that a Beta(a, b) is at most x. */
export const betaCdf = (x: number, a: number, b: number): number => betaCdfAt([x, 1 - x], a, b)

/** The same where x is so near to an end that its distance from there has to be told apart. */
export function betaCdfAt(
  [x, rest]: readonly [x: number, rest: number],
  a: number,
  b: number,
): number {
  if (x <= 0) return 0
  if (rest <= 0) return 1
  const logX = x < 0.5 ? Math.log(x) : Math.log1p(-rest)
  const logRest = rest < 0.5 ? Math.log(rest) : Math.log1p(-x)
  const front = Math.exp(a * logX + b * logRest - logBeta(a, b))
  return x < (a + 1) / (a + b + 2)
    ? (front * betaFraction(x, a, b)) / a
    : 1 - (front * betaFraction(rest, b, a)) / b
}

const termsMax = 100_000
const tiny = 1e-300

/** The continued fraction of DLMF 8.17.22, by the method of Lentz as Thompson mended it. */
function betaFraction(x: number, a: number, b: number): number {
  let upper = 1
  let lower = 1 / awayFromZero(1 - ((a + b) * x) / (a + 1))
  let product = lower
  for (let m = 1; m < termsMax; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    lower = 1 / awayFromZero(1 + even * lower)
    upper = awayFromZero(1 + even / upper)
    product *= lower * upper
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    lower = 1 / awayFromZero(1 + odd * lower)
    upper = awayFromZero(1 + odd / upper)
    const factor = lower * upper
    product *= factor
    if (Math.abs(factor - 1) < 1e-16) break
  }
  return product
}

const awayFromZero = (value: number): number => (Math.abs(value) < tiny ? tiny : value)

/** The x below which a Beta(a, b) stays with the chance p; bisection, sped up by Newton's steps. */
export function betaQuantile(p: number, a: number, b: number): number {
  if (p <= 0) return 0
  if (p >= 1) return 1
  const norm = logBeta(a, b)
  let [low, high] = [0, 1]
  let x = a / (a + b)
  for (let step = 0; step < 400; step++) {
    const off = betaCdf(x, a, b) - p
    if (off > 0) high = x
    else low = x
    const density = Math.exp((a - 1) * Math.log(x) + (b - 1) * Math.log1p(-x) - norm)
    const newton = x - off / density
    const next = newton > low && newton < high ? newton : (low + high) / 2
    if (Math.abs(next - x) <= 1e-16 * x || high - low <= 1e-16 * low) return next
    x = next
  }
  return x
}
