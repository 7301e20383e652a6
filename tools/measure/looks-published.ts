/** Errors at nominally 5 %, in per cent: naive, between runs, clustered by task. */
export const publishedFixed = {
  opus: { naive: 22.3, betweenRuns: 33.9, clustered: 5.6 },
  gpt5: { naive: 20.6, betweenRuns: 30.7, clustered: 5.3 },
} as const

export const publishedThresholds = [0.35, 0.45, 0.5] as const

/** Attempts a task, tasks, errors above and below, naive peeking, power by threshold, stops. */
export const publishedLooks = [
  {
    attempts: 1,
    tasks: 80,
    errors: [0.032, 0.0343, 0.299],
    power: [0.888, 0.427, 0.197],
    stops: [26, 81, 81],
  },
  {
    attempts: 1,
    tasks: 200,
    errors: [0.0338, 0.0295, 0.347],
    power: [0.997, 0.753, 0.368],
    stops: [25, 97, 201],
  },
  {
    attempts: 1,
    tasks: 400,
    errors: [0.0352, 0.0335, 0.394],
    power: [1, 0.949, 0.575],
    stops: [26, 99, 321],
  },
  {
    attempts: 3,
    tasks: 80,
    errors: [0.0333, 0.0285, 0.498],
    power: [0.948, 0.497, 0.24],
    stops: [21, 81, 81],
  },
  {
    attempts: 3,
    tasks: 200,
    errors: [0.0302, 0.0302, 0.586],
    power: [0.999, 0.835, 0.423],
    stops: [22, 80, 201],
  },
  {
    attempts: 3,
    tasks: 400,
    errors: [0.033, 0.0297, 0.632],
    power: [1, 0.977, 0.667],
    stops: [22, 83, 257],
  },
  {
    attempts: 5,
    tasks: 80,
    errors: [0.0312, 0.0293, 0.601],
    power: [0.951, 0.535, 0.255],
    stops: [20, 71, 81],
  },
  {
    attempts: 5,
    tasks: 200,
    errors: [0.0307, 0.0307, 0.695],
    power: [0.999, 0.85, 0.457],
    stops: [21, 76, 201],
  },
  {
    attempts: 5,
    tasks: 400,
    errors: [0.04, 0.034, 0.733],
    power: [1, 0.982, 0.684],
    stops: [20, 72, 233],
  },
] as const
