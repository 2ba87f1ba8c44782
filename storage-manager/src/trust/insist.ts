import { TrustError } from '../errors.ts';
import type { ChainTrust, RegistryTrust, Trust, TrustedRelease, TrustLevel } from '../interfaces.ts';

/** No rung below the first: what is out of reach stays so. @param required `local`: the private chain does, too */
export function insistOn(required: RegistryTrust, chain: ChainTrust): Trust {
  const checked = async (asked: Promise<TrustedRelease>) => {
    const found = await asked;
    refuseLower(required, found.trust);
    return found;
  };
  return {
    chain,
    look: (...question) => checked(chain.look(...question)),
    resolve: (...question) => checked(chain.resolve(...question)),
  };
}

/** @throws TrustError `TRUST_INSUFFICIENT` */
export function refuseLower(required: RegistryTrust, trust: TrustLevel): void {
  if (trust === 'chain' || trust === required) return;
  throw new TrustError('TRUST_INSUFFICIENT', {
    should: required === 'chain' ? 'the configured chain must vouch for it' : 'a registry must vouch for it',
    was: `only ${WHO[trust]} would`,
    next:
      trust === 'cid'
        ? 'name a model, or leave --require out'
        : 'configure the chain that has it (ETH_NODE_URL, CONTRACT_ADDRESS), or leave --require out',
  });
}

const WHO: Readonly<Record<Exclude<TrustLevel, 'chain'>, string>> = {
  local: 'the private chain of this machine',
  statement: 'a statement of its publisher',
  lock: 'a lock file',
  cid: 'the CID that was named',
};
