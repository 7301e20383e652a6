// Gives entries of the ledger their places until it is killed: `node ledger-placer.ts DATABASE`.
import { placePending } from '#features/ledger/ledger.store.ts'
import { openPool } from '#platform/db/connection.ts'
import { testSigner } from './ledger.ts'

const pool = openPool(process.argv[2] ?? '')
for (;;) {
  await placePending({ pool, signer: testSigner, now: new Date(), atMost: 7 })
  process.stdout.write('.')
}
