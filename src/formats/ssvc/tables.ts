import {
  automatable,
  cisaLevel,
  deployerOutcome,
  exploitation,
  humanImpact,
  inKev,
  missionAndWellBeing,
  missionImpact,
  publiclyExposed,
  publicSafetyImpact,
  publicValueAdded,
  publishOutcome,
  remediationTimeline,
  safetyImpact,
  supplierInvolvement,
  systemExposure,
  technicalImpact,
  utility,
  valueDensity,
} from './points.ts'
import { type DecisionTable, type Default, tableOf } from './table.ts'
import { coordinatorTriage } from './table-triage.ts'

/* Decision tables as published in CERTCC/SSVC, data/csv; row numbers are those of the files. */

/* What CERT/CC's SSVC documentation says to assume (Gathering information about ...). */

const noExploit: Default<'Exploitation'> = {
  point: 'Exploitation',
  value: 'none',
  because: 'SSVC: none, when a search found neither exploit code nor exploitation',
}
const openSystem: Default<'System Exposure'> = {
  point: 'System Exposure',
  value: 'open',
  because: 'SSVC: who does not know the exposure should assume open',
}
const automated: Default<'Automatable'> = {
  point: 'Automatable',
  value: 'yes',
  because: 'SSVC: yes is the safer assumption when nothing is known',
}
const marginal: Default<'Safety Impact'> = {
  point: 'Safety Impact',
  value: 'marginal',
  because: 'SSVC: marginal, until there is evidence that nobody would come to harm',
}
const supporting: Default<'Mission Impact'> = {
  point: 'Mission Impact',
  value: 'mef support crippled',
  because: 'SSVC: support crippled, since software is there for a reason',
}

/** Situated safety and mission impact, taken together for a deployer; 16 rows. */
export const humanImpactTable = tableOf({
  id: 'ssvc:DT_HI:1.0.0',
  title: 'Human Impact',
  inputs: [safetyImpact, missionImpact],
  outcome: humanImpact,
  rows: `
    N.D=L N.MSC=L N.MEF=M N.MF=VH M.D=L M.MSC=L M.MEF=M M.MF=VH R.D=M R.MSC=H R.MEF=H R.MF=VH
    C.D=VH C.MSC=VH C.MEF=VH C.MF=VH
  `,
  defaults: [marginal, supporting],
})

/** How soon one who runs the software applies the fix; 72 rows. */
export const deployer = tableOf({
  id: 'ssvc:DT_DP:1.0.0',
  title: 'Deployer Patch Application Priority',
  inputs: [exploitation, systemExposure, automatable, humanImpact],
  outcome: deployerOutcome,
  rows: `
    N.S.N.L=D N.S.N.M=D N.S.N.H=S N.S.N.VH=S N.S.Y.L=D N.S.Y.M=S N.S.Y.H=S N.S.Y.VH=S N.C.N.L=D
    N.C.N.M=S N.C.N.H=S N.C.N.VH=S N.C.Y.L=S N.C.Y.M=S N.C.Y.H=S N.C.Y.VH=S N.O.N.L=D N.O.N.M=S
    N.O.N.H=S N.O.N.VH=S N.O.Y.L=S N.O.Y.M=S N.O.Y.H=S N.O.Y.VH=O P.S.N.L=D P.S.N.M=S P.S.N.H=S
    P.S.N.VH=S P.S.Y.L=S P.S.Y.M=S P.S.Y.H=S P.S.Y.VH=S P.C.N.L=D P.C.N.M=S P.C.N.H=S P.C.N.VH=S
    P.C.Y.L=S P.C.Y.M=S P.C.Y.H=S P.C.Y.VH=O P.O.N.L=S P.O.N.M=S P.O.N.H=S P.O.N.VH=O P.O.Y.L=S
    P.O.Y.M=S P.O.Y.H=O P.O.Y.VH=O A.S.N.L=S A.S.N.M=S A.S.N.H=O A.S.N.VH=O A.S.Y.L=S A.S.Y.M=O
    A.S.Y.H=O A.S.Y.VH=O A.C.N.L=S A.C.N.M=S A.C.N.H=O A.C.N.VH=O A.C.Y.L=O A.C.Y.M=O A.C.Y.H=O
    A.C.Y.VH=O A.O.N.L=S A.O.N.M=O A.O.N.H=O A.O.N.VH=I A.O.Y.L=O A.O.Y.M=O A.O.Y.H=I A.O.Y.VH=I
  `,
  defaults: [
    noExploit,
    openSystem,
    automated,
    {
      point: 'Human Impact',
      value: 'low',
      because: 'SSVC: marginal safety impact and crippled mission support come to low',
    },
  ],
})

/** How soon a supplier makes the fix; 36 rows. */
export const supplier = tableOf({
  id: 'ssvc:DT_SP:1.0.0',
  title: 'Supplier Patch Development Priority',
  inputs: [exploitation, utility, technicalImpact, publicSafetyImpact],
  outcome: deployerOutcome,
  rows: `
    N.L.P.M=D N.L.P.S=S N.L.T.M=S N.L.T.S=O N.E.P.M=S N.E.P.S=O N.E.T.M=S N.E.T.S=O N.S.P.M=S
    N.S.P.S=O N.S.T.M=O N.S.T.S=O P.L.P.M=S P.L.P.S=O P.L.T.M=S P.L.T.S=I P.E.P.M=S P.E.P.S=I
    P.E.T.M=O P.E.T.S=I P.S.P.M=O P.S.P.S=I P.S.T.M=O P.S.T.S=I A.L.P.M=O A.L.P.S=I A.L.T.M=O
    A.L.T.S=I A.E.P.M=O A.E.P.S=I A.E.T.M=O A.E.T.S=I A.S.P.M=I A.S.P.S=I A.S.T.M=I A.S.T.S=I
  `,
  defaults: [noExploit],
})

/** Whether a coordinator publishes; 27 rows. */
export const coordinatorPublish = tableOf({
  id: 'ssvc:DT_COORD_PUBLISH:1.0.0',
  title: 'Coordinator Publish Decision Table',
  inputs: [supplierInvolvement, exploitation, publicValueAdded],
  outcome: publishOutcome,
  rows: `
    FR.N.L=N C.N.L=N FR.P.L=N FR.N.A=N UU.N.L=N C.P.L=N FR.A.L=N C.N.A=N FR.P.A=N FR.N.P=P
    UU.P.L=N C.A.L=N UU.N.A=N C.P.A=N FR.A.A=P C.N.P=P FR.P.P=P UU.A.L=P UU.P.A=P C.A.A=P
    UU.N.P=P C.P.P=P FR.A.P=P UU.A.A=P UU.P.P=P C.A.P=P UU.A.P=P
  `,
  defaults: [noExploit],
})

/** Usefulness to an attacker; 4 rows. */
export const utilityTable = tableOf({
  id: 'ssvc:DT_U:1.0.0',
  title: 'Utility',
  inputs: [automatable, valueDensity],
  outcome: utility,
  rows: 'N.D=L N.C=E Y.D=E Y.C=S',
  defaults: [automated],
})

/** Safety impact at the resolution that suppliers and coordinators use; 4 rows. */
export const publicSafetyTable = tableOf({
  id: 'ssvc:DT_PSI:1.0.0',
  title: 'Public Safety Impact',
  inputs: [safetyImpact],
  outcome: publicSafetyImpact,
  rows: 'N=M M=S R=S C=S',
  defaults: [marginal],
})

/** CISA's own levels, Track to Act; 36 rows. It documents no defaults. */
export const cisaCoordinator = tableOf({
  id: 'cisa:DT_CO:2.0.3',
  title: 'CISA Coordinator',
  inputs: [exploitation, automatable, technicalImpact, missionAndWellBeing],
  outcome: cisaLevel,
  rows: `
    N.N.P.L=T N.N.P.M=T N.N.P.H=T N.N.T.L=T N.N.T.M=T N.N.T.H=T* N.Y.P.L=T N.Y.P.M=T N.Y.P.H=AT
    N.Y.T.L=T N.Y.T.M=T N.Y.T.H=AT P.N.P.L=T P.N.P.M=T P.N.P.H=T* P.N.T.L=T P.N.T.M=T* P.N.T.H=AT
    P.Y.P.L=T P.Y.P.M=T P.Y.P.H=AT P.Y.T.L=T P.Y.T.M=T* P.Y.T.H=AT A.N.P.L=T A.N.P.M=T A.N.P.H=AT
    A.N.T.L=T A.N.T.M=AT A.N.T.H=AC A.Y.P.L=AT A.Y.P.M=AT A.Y.P.H=AC A.Y.T.L=AT A.Y.T.M=AC
    A.Y.T.H=AC
  `,
})

/**
 * The remediation timelines of Binding Operational Directive 26-04; 16 rows. Where CISA gives no
 * metadata, automatable counts as no and the impact as total, except for what stands in KEV.
 */
export const bod2604 = tableOf({
  id: 'cisa:DT_BOD2604:1.0.0',
  title: 'CISA BOD 26-04',
  inputs: [inKev, publiclyExposed, automatable, technicalImpact],
  outcome: remediationTimeline,
  rows: `
    N.N.N.P=FSU Y.N.N.P=14D N.Y.N.P=60D N.N.Y.P=60D N.N.N.T=FSU Y.Y.N.P=14D Y.N.Y.P=14D
    N.Y.Y.P=14D Y.N.N.T=14D N.Y.N.T=14D N.N.Y.T=60D Y.Y.Y.P=3D Y.Y.N.T=3DF Y.N.Y.T=3DF N.Y.Y.T=3D
    Y.Y.Y.T=3DF
  `,
  defaults: [
    {
      point: 'Automatable',
      value: 'no',
      because: 'BOD 26-04: no, where metadata are missing and the flaw is not in KEV',
      unless: { 'In KEV': 'yes' },
    },
    {
      point: 'Technical Impact',
      value: 'total',
      because: 'BOD 26-04: total, where metadata are missing and the flaw is not in KEV',
      unless: { 'In KEV': 'yes' },
    },
  ],
})

/** Every table, by what it is for. */
export const tables: readonly DecisionTable[] = [
  ...[deployer, supplier, coordinatorTriage, coordinatorPublish],
  ...[humanImpactTable, utilityTable, publicSafetyTable, cisaCoordinator, bod2604],
]
