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
  ['lib/Page.sol', 'limit < rest ? limit : rest', 'limit', 'check_APageLiesWithinTheList'],

  // The status machine, and the rest of the record.
  [
    'types/ReleaseState.sol',
    '(uint256(type(uint160).max) | 0xff << 232)',
    'type(uint160).max',
    'check_Status',
  ],
  [
    'parts/Releases.sol',
    'if (from == to || from == Status.Revoked) revert',
    'if (from == to) revert',
    'check_Status',
  ],
  [
    'parts/Releases.sol',
    'if (to == Status.Revoked) revert NotNamespaceOwner(namespace, actor);',
    '',
    'check_Status',
  ],
  ['parts/Releases.sol', '? YANK : DEPRECATE', '? DEPRECATE : YANK', 'check_Status'],
  ['parts/Releases.sol', 'change.seq != seq', 'false', 'check_Status'],

  // Rights.
  [
    'RegistryState.sol',
    'block.timestamp < record.expiresAt',
    'block.timestamp <= record.expiresAt',
    'check_WhatEnded',
  ],
  ['RegistryState.sol', ' && record.epoch == _namespaces[namespace].epoch;', ';', 'check_WhatEnded'],
  ['parts/Namespaces.sol', 'record.epoch++;', '', 'check_ANewEpoch'],
  ['parts/Roles.sol', '++_namespaces[namespace].epoch', '_namespaces[namespace].epoch', 'check_ANewEpoch'],
  ['parts/Roles.sol', 'touched & ~(own ^ ADMIN) != 0', 'touched & ~own != 0', 'check_Grant'],
  ['parts/Roles.sol', 'to.roles | _rolesIn(to.namespace, to.model, to.account)', 'to.roles', 'check_Grant'],
  ['parts/Roles.sol', 'actor == to.account || longer ||', 'longer ||', 'check_Grant'],
  ['parts/Roles.sol', 'actor == to.account || longer ||', 'actor == to.account ||', 'check_Grant'],
  [
    'parts/Roles.sol',
    'if (record.seq != to.seq) revert GrantSeqMismatch(to.account, to.seq, record.seq);',
    '',
    'check_Grant',
  ],
  [
    'parts/Channels.sol',
    '_requireModelRole(move.model, actor, PUBLISH);',
    '_requireModelRole(move.model, actor, PUBLISH | DEPRECATE);',
    'check_Channel',
  ],
  ['parts/Models.sol', '_requireRole(id, 0, msg.sender, PUBLISH);', '', 'check_Creation'],
  [
    'parts/Models.sol',
    '_requireModelRole(model, msg.sender, ADMIN);',
    '_knownNamespace(model);',
    'check_Activity',
  ],
  [
    'parts/Releases.sol',
    '_requireModelRole(model, msg.sender, PUBLISH);',
    '_knownNamespace(model);',
    'check_Metadata',
  ],

  // Signatures and nonces.
  ['parts/SignedActions.sol', '_spend(signer, authorization.nonce);', '', 'check_Attested'],
  [
    'parts/SignedActions.sol',
    'if (block.timestamp > authorization.deadline) revert SignatureExpired(authorization.deadline);',
    '',
    'check_Attested',
  ],
  ['parts/SignedActions.sol', ' && recovered == signer) return;', ') return;', 'check_NobodySigns'],
  [
    'parts/SignedActions.sol',
    '_spend(msg.sender, nonce);',
    'emit NonceUsed(msg.sender, nonce);',
    'check_Cancelled',
  ],

  // Write-once.
  [
    'parts/Releases.sol',
    'if (_releases[release].publishedAt != 0) revert VersionTaken(model, version);',
    '',
    'check_AVersionIsTakenOnce',
  ],
  [
    'parts/Releases.sol',
    'record.publishedAt = uint64(block.timestamp);',
    'record.publishedAt = 1;',
    'checkDeep_ARecord',
  ],
  [
    'parts/Releases.sol',
    '_requireModelRole(model, publisher, PUBLISH);',
    '',
    'checkDeep_PublicationIsOfItsPublisher',
  ],
];
