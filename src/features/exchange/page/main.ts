import { App } from './app.ts'
import { listenToKeys } from './keys.ts'
import { Model } from './model.ts'
import { printWhole } from './print.ts'

const json = document.getElementById('triage')?.textContent ?? ''
const app = new App(new Model(json))
const page = document.getElementById('page')
if (page) {
  app.start(page)
  listenToKeys(app)
  printWhole(app)
}
