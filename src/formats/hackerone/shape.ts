import { isArray, isObject, type Reader } from '#formats/json/reader.ts'
import type { Report } from './report.ts'

/** A related resource of JSON:API: its attributes, or absence. */
const related = (resource: Reader, name: string): Reader =>
  resource.object('relationships').object(name).object('data').object('attributes')

/** A report object of the API: attributes, and relationships with attributes of their own. */
export function apiReport(resource: Reader): Report {
  const said = resource.object('attributes')
  const severity = related(resource, 'severity')
  const weakness = related(resource, 'weakness')
  const scope = related(resource, 'structured_scope')
  const reporter = related(resource, 'reporter')
  return {
    id: resource.textish('id'),
    title: said.text('title'),
    body: [said.text('vulnerability_information'), said.text('impact')],
    state: said.text('state'),
    rating: severity.text('rating') ?? said.text('severity_rating'),
    score: severity.numberish('score'),
    weakness: { id: weakness.text('external_id'), name: weakness.text('name') },
    asset: { kind: scope.text('asset_type'), name: scope.text('asset_identifier') },
    programme: related(resource, 'program').text('handle'),
    reporters: [reporter.text('username') ?? reporter.text('name')],
    names: listed(said, 'cve_ids'),
    links: [said.text('issue_tracker_reference_url')],
    reported: said.text('submitted_at') ?? said.text('created_at'),
  }
}

/** A flat report: a row of an export, or the JSON of a disclosed report's page. */
export function flatReport(row: Reader): Report {
  const reporter = row.raw('reporter')
  const scope = row.raw('structured_scope')
  return {
    id: row.textish('id'),
    title: row.text('title'),
    body: [row.text('vulnerability_information'), row.text('impact')],
    state: row.text('substate') ?? row.text('state'),
    rating: row.text('severity_rating'),
    score: row.numberish('severity_score'),
    weakness: weaknessIn(row),
    asset: assetIn(row, scope),
    programme: row.object('team').text('handle'),
    reporters: [
      isObject(reporter) ? row.object('reporter').text('username') : row.text('reporter'),
      ...listed(row, 'collaborating_users'),
    ],
    names: listed(row, 'cve_ids'),
    links: [row.text('url'), row.text('reference_url')],
    reported: row.text('reported_at') ?? row.text('submitted_at') ?? row.text('created_at'),
  }
}

function weaknessIn(row: Reader): NonNullable<Report['weakness']> {
  if (!isObject(row.raw('weakness'))) return { name: row.text('weakness') }
  const weakness = row.object('weakness')
  return { id: weakness.text('external_id'), name: weakness.text('name') }
}

function assetIn(row: Reader, scope: unknown): NonNullable<Report['asset']> {
  if (!isObject(scope)) return { name: row.textish('structured_scope') }
  const asset = row.object('structured_scope')
  return { kind: asset.text('asset_type'), name: asset.text('asset_identifier') }
}

/** An array of texts, or a text of several with commas between. */
function listed(place: Reader, key: string): string[] {
  if (isArray(place.raw(key))) return place.texts(key)
  return (place.text(key) ?? '').split(/[,;\s]+/).filter((part) => /\w/.test(part))
}
