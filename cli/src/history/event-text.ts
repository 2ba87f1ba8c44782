import type { ModelHistory } from '@ballast-models/storage-manager';
import { countText, plural, sizeText, timeText } from '../output.ts';

type Row = ModelHistory['events'][number];

/** What happened, in a few words. */
export function whatText(row: Row): string {
  switch (row.kind) {
    case 'model-created':
      return 'model created';
    case 'published':
      return `${row.version} published`;
    case 'status':
      return `${row.version} ${row.status}`;
    case 'channel':
      return `${row.channel} → ${row.version}`;
    case 'attested':
      return `${row.version} attested`;
    case 'activity':
      return row.active ? 'model reactivated' : 'model deactivated';
    case 'metadata':
      return `${row.key} of ${row.version ?? 'the model'} set`;
    case 'registered':
      return 'namespace registered';
    case 'reserved':
      return row.holder === null ? 'namespace freed' : 'namespace kept';
    case 'offered':
      return row.to === null ? 'offer called off' : 'namespace offered';
    case 'transferred':
      return 'namespace transferred';
    case 'statement-key':
      return row.key === null ? 'statement key removed' : 'statement key set';
    case 'grants-dropped':
      return 'all roles taken away';
    case 'granted':
      return row.roles.length === 0 ? 'roles taken away' : 'roles granted';
  }
}

/** Who, why and how much. */
export function detailText(row: Row): string {
  switch (row.kind) {
    case 'model-created':
      return row.model;
    case 'published':
      return `by ${row.publisher}, ${plural(row.chunks, 'chunk')}, ${sizeText(row.bytes)}`;
    case 'status':
    case 'activity':
      return because(row.reason, row.report);
    case 'channel':
      return `move ${row.seq}`;
    case 'attested':
      return `${countText(row.ok)} of ${plural(row.checked, 'chunk')} right, by ${row.auditor} as of block ${row.asOf}`;
    case 'metadata':
      return row.value;
    case 'registered':
      return `by ${row.owner}`;
    case 'reserved':
      return row.holder === null ? '' : `for ${row.holder}`;
    case 'offered':
      return row.to === null ? '' : `to ${row.to}`;
    case 'transferred':
      return `to ${row.owner}`;
    case 'statement-key':
      return row.key ?? '';
    case 'grants-dropped':
      return '';
    case 'granted':
      return grantText(row);
  }
}

function because(reason: string, report: string | null): string {
  const parts = [...(reason === 'none' ? [] : [reason]), ...(report === null ? [] : [`report ${report}`])];
  return parts.join(', ');
}

function grantText({ account, roles, model, expiresAt }: Extract<Row, { kind: 'granted' }>): string {
  const where = model === null ? 'for all models' : 'for this model';
  if (roles.length === 0) return `${account}, ${where}`;
  return `${roles.join(', ')} to ${account}, ${where}${expiresAt === null ? '' : `, until ${timeText(expiresAt)}`}`;
}
