import { App } from './app.ts'
import { listenToKeys } from './keys.ts'
import { Model } from './model.ts'
import { printWhole } from './print.ts'

/** When the first screen stands and nobody has typed yet. */
const warmAfterMs = 100

const json = document.getElementById('triage')?.textContent ?? ''
const model = new Model(json)
const app = new App(model)
const page = document.getElementById('page')
if (page) {
  app.start(page)
  listenToKeys(app)
  printWhole(app)
  setTimeout(() => model.warm(), warmAfterMs)
}
