import type { Reason, RecordMode, ReleaseStatus } from '../../interfaces.ts';
import type { Role } from '../../records.ts';

/** The contract's enums, in its order. */
export const MODES: readonly RecordMode[] = ['logged', 'root', 'code'];
export const STATUSES: readonly ReleaseStatus[] = ['active', 'deprecated', 'yanked', 'revoked'];
export const REASONS: readonly Reason[] = [
  'none',
  'superseded',
  'defective',
  'security',
  'legal',
  'key-compromised',
  'lost',
  'corrected',
  'other',
];
/** The contract's role bits, from the lowest. */
export const ROLES: readonly Role[] = ['publish', 'deprecate', 'yank', 'repair', 'admin'];
