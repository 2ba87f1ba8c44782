/**
 * What the proofs of test/symbolic must notice: a file under contracts/, what stands there (once), what is planted instead,
 * and the proof that then fails. scripts/proofs.ts plants each alone.
 */
export const planted: readonly (readonly [
  file: string,
  original: string,
  replacement: string,
  proof: string,
])[] = [
  ['lib/Page.sol', 'limit < rest ? limit : rest', 'limit', 'APageLiesWithinTheList'],

  // The status machine, and the rest of the record.
  ['types/ReleaseState.sol', '(uint256(type(uint160).max) | 0xff << 232)', 'type(uint160).max', 'Status'],
  [
    'parts/Releases.sol',
    'if (from == to || from == Status.Revoked) revert',
    'if (from == to) revert',
    'Status',
  ],
  [
    'parts/Releases.sol',
    'if (to == Status.Revoked) revert NotNamespaceOwner(namespace, actor);',
    '',
    'Status',
  ],
  ['parts/Releases.sol', '? YANK : DEPRECATE', '? DEPRECATE : YANK', 'Status'],
  ['parts/Releases.sol', 'change.seq != seq', 'false', 'Status'],

  // Rights.
  [
    'RegistryState.sol',
    'block.timestamp < record.expiresAt',
    'block.timestamp <= record.expiresAt',
    'WhatEnded',
  ],
  ['RegistryState.sol', ' && record.epoch == _namespaces[namespace].epoch;', ';', 'WhatEnded'],
  ['parts/Namespaces.sol', 'record.epoch++;', '', 'ANewEpoch'],
  ['parts/Roles.sol', '++_namespaces[namespace].epoch', '_namespaces[namespace].epoch', 'ANewEpoch'],
  ['parts/Roles.sol', 'touched & ~(own ^ ADMIN) != 0', 'touched & ~own != 0', 'Grant'],
  ['parts/Roles.sol', 'to.roles | _rolesIn(to.namespace, to.model, to.account)', 'to.roles', 'Grant'],
  ['parts/Roles.sol', 'actor == to.account || longer ||', 'longer ||', 'Grant'],
  ['parts/Roles.sol', 'actor == to.account || longer ||', 'actor == to.account ||', 'Grant'],
  [
    'parts/Roles.sol',
    'if (record.seq != to.seq) revert GrantSeqMismatch(to.account, to.seq, record.seq);',
    '',
    'Grant',
  ],
  [
    'parts/Channels.sol',
    '_requireModelRole(move.model, actor, PUBLISH);',
    '_requireModelRole(move.model, actor, PUBLISH | DEPRECATE);',
    'Channel',
  ],
  ['parts/Models.sol', '_requireRole(id, 0, msg.sender, PUBLISH);', '', 'Creation'],
  ['parts/Models.sol', '_requireModelRole(model, msg.sender, ADMIN);', '_knownNamespace(model);', 'Activity'],
  [
    'parts/Releases.sol',
    '_requireModelRole(model, msg.sender, PUBLISH);',
    '_knownNamespace(model);',
    'Metadata',
  ],

  // Signatures and nonces.
  ['parts/SignedActions.sol', '_spend(signer, authorization.nonce);', '', 'Attested'],
  [
    'parts/SignedActions.sol',
    'if (block.timestamp > authorization.deadline) revert SignatureExpired(authorization.deadline);',
    '',
    'Attested',
  ],
  ['parts/SignedActions.sol', ' && recovered == signer) return;', ') return;', 'NobodySigns'],
];
