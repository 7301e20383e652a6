// `node test/escape/table.ts [TIER...]`: what each sandbox of this machine held, as a table.
// `--only=WORDS` makes only the attempts whose name contains them, and prints what they said.
import { attemptsOn } from './attempts.ts'
import { tryAll } from './bounded.ts'
import { isTier, tiers } from './tried.ts'

const words = process.argv.slice(2)
const only = words.find((word) => word.startsWith('--only='))?.slice('--only='.length) ?? ''
const named = words.filter(isTier)
for (const tier of named.length > 0 ? named : tiers) {
  const { refused, isolation, tried, neighbour, trouble } = await tryAll(
    tier,
    attemptsOn(tier)
      .map(({ name }) => name)
      .filter((name) => name.includes(only)),
  )
  console.log(`\n## ${tier}`)
  if (refused) console.log(`not here: ${refused.why}${refused.hint ? ` (${refused.hint})` : ''}`)
  if (!isolation) {
    if (trouble !== '') console.log(trouble)
    continue
  }
  console.log(`${isolation.by}, ${isolation.kernel}; ${isolation.egress.how}\n`)
  console.log('| attempt | guard | end | held | seconds |\n|---|---|---|---|---|')
  for (const { name, guard, end, wrong, tookMs, said } of tried) {
    const how = Object.values(end).join(' ')
    const held = wrong.length === 0 ? 'yes' : `NO: ${wrong.join('; ')}`
    console.log(`| ${name} | ${guard} | ${how} | ${held} | ${(tookMs / 1000).toFixed(1)} |`)
    if (only !== '' || wrong.length > 0) console.log(said)
  }
  const escapes = tried.flatMap(({ wrong }) => wrong).length
  console.log(`\n${tried.length} attempts, ${escapes} escapes; beside them: ${neighbour.trim()}`)
  if (trouble !== '') console.log(trouble)
  if (escapes > 0 || tried.length === 0 || trouble !== '') process.exitCode = 1
}
