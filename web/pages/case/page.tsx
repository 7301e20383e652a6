export function CaseBeside() {
  return <p>Case</p>
}

export function CaseAlone() {
  return <p>Case</p>
}
