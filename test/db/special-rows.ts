/** Columns of a row that say something else than their type asks for, in SQL. */
export type Special = Readonly<Record<string, string>>

/** A row of each gate of a partner; these of its columns are its own. */
function ofGates(...keys: readonly string[]): readonly Special[] {
  return ['gate_named', 'gate_evaluated', 'gate_offered'].map((gate, at) => ({
    ...Object.fromEntries(keys.map((key) => [key, key === 'no' ? String(at + 4) : `'${gate}'`])),
    gate_id: `'${gate}'`,
  }))
}

/**
 * Events of each topic; own requests to open the pack of strangers and to let their verdict out; a
 * partner of strangers that names the actor and has started, one of what is evaluated and one of
 * what is offered: with gates.
 */
export const special: Readonly<Record<string, readonly Special[]>> = {
  partner: [
    {
      no: '4',
      id: `'gate_named'`,
      engagement_id: `'id_foreign'`,
      started_at: 'now()',
      ended_at: 'null',
      ends_at: `'2999-01-01'`,
    },
  ],
  partner_user: [{ partner_no: '4', person_id: `'person_own'` }],
  gateway_gate: [
    { id: `'gate_named'`, engagement_id: `'id_foreign'`, partner_no: '4' },
    { id: `'gate_evaluated'`, engagement_id: `'id_colleague'`, partner_no: '5' },
    { id: `'gate_offered'`, engagement_id: `'id_own'`, partner_no: '6' },
  ],
  gateway_endpoint: ofGates('gate_id'),
  gateway_grant: ofGates('no', 'id', 'digest'),
  gateway_account: ofGates('gate_id'),
  gateway_access: ofGates('no'),
  gateway_closing: ofGates('gate_id'),
  engagement_event: [
    { no: '4', engagement_id: `'id_own'`, is_developers: 'true' },
    { no: '5', engagement_id: `'id_colleague'`, is_developers: 'true' },
  ],
  live_event: [
    { no: '4', topic: `'x'` },
    { no: '5', topic: `'proof'`, ref: `'id_foreign'` },
    { no: '6', topic: `'engagement'`, ref: `'id_own'` },
    { no: '7', topic: `'engagement'`, ref: `'id_foreign'` },
    { no: '8', topic: `'pack'`, ref: `'id_foreign'` },
    { no: '9', topic: `'run'`, ref: `'id_colleague'` },
    { no: '10', topic: `'run'`, ref: `'id_foreign'` },
    { no: '11', topic: `'partner'`, ref: `'gate_named'` },
    { no: '12', topic: `'partner'`, ref: `'gate_evaluated'` },
    { no: '13', topic: `'partner'`, ref: `'gate_offered'` },
  ],
  approval: [
    { id: `'id_pack'`, kind: `'pack.open'`, subject: `'id_foreign'` },
    { id: `'id_verdict'`, kind: `'verdict.export-down'`, subject: `'id_foreign'` },
  ],
}

/**
 * Whoever is on a side of an offer tells of it, and of no other. A partner's people ask for tokens
 * at its gate, and write down what they do for its developer alone.
 */
export const triedToo: Readonly<Record<string, readonly Special[]>> = {
  live_event: [
    { no: '99', topic: `'engagement'`, ref: `'id_own'` },
    { no: '99', topic: `'partner'`, ref: `'gate_named'` },
  ],
  gateway_grant: [
    {
      no: '99',
      id: `'new'`,
      digest: `'new'`,
      gate_id: `'gate_named'`,
      organisation_id: `'org_own'`,
    },
  ],
  engagement_event: [
    { no: '99', is_developers: 'true', organisation_id: `'org_own'` },
    { no: '99', is_developers: 'false', organisation_id: `'org_own'` },
  ],
}
