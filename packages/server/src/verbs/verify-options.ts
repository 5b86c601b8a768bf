/** Options of `sonae verify`: which of them go with what is verified, and amounts as people write them. */
import { FaultError } from '@sonae/core/kernel/errors.ts';
import { type WitnessVerifier, witnessVerifier } from '@sonae/proof/cosignature';
import { isAmount, isAssetName } from '@sonae/proof/liabilities';
import { ProofError } from '@sonae/proof/proof-error';
import { ed25519Verifier } from '@sonae/proof/signed-note';

export type VerifyOptions = {
  readonly key?: string;
  readonly witness: readonly string[];
  readonly since?: string;
  readonly customer?: string;
  readonly owed: readonly string[];
  readonly owing: readonly string[];
  readonly epoch?: string;
  readonly asset: readonly string[];
  readonly rpc: readonly string[];
  readonly json?: boolean;
};
export type Verified = 'export' | 'customer' | 'log' | 'epoch';

const SAYS: Readonly<Record<Verified, string>> = {
  export: 'an export of a log',
  customer: 'a customer’s file',
  log: 'a live log',
  epoch: 'a published epoch',
};
/** Options that only some targets take; `--key`, `--witness` and `--json` go with all. */
const TAKEN: Readonly<Record<Verified, readonly (keyof VerifyOptions)[]>> = {
  export: [],
  customer: ['customer', 'owed', 'owing'],
  log: ['since'],
  epoch: ['epoch', 'asset', 'rpc'],
};
const SOME = ['since', 'customer', 'owed', 'owing', 'epoch', 'asset', 'rpc'] as const;

/** Throws `input.invalid` for an option that would be ignored: who gave it would believe that it was looked at. */
export function demandTaken(options: VerifyOptions, verified: Verified): void {
  for (const name of SOME) {
    const given = options[name];
    const isGiven = Array.isArray(given) ? given.length > 0 : given !== undefined;
    if (!isGiven || TAKEN[verified].includes(name)) continue;
    const others = (Object.keys(TAKEN) as Verified[]).filter((one) => TAKEN[one].includes(name));
    throw new FaultError(
      'input.invalid',
      `--${name} does not go with ${SAYS[verified]}`,
      `give it with ${others.map((one) => SAYS[one]).join(' or ')}, or leave it out`,
    );
  }
}

/** Keys known from elsewhere. Throws `input.invalid` for a text that is none: who typed it erred, not the log. */
export function readKeys({ key, witness }: Pick<VerifyOptions, 'key' | 'witness'>): {
  pinnedVkey?: string;
  witnesses: WitnessVerifier[];
} {
  const read = <T>(option: string, parse: () => T): T => {
    try {
      return parse();
    } catch (error) {
      if (!(error instanceof ProofError)) throw error;
      throw invalid(option, error.message, 'give it as it was published: NAME+KEYID+BASE64');
    }
  };
  if (key !== undefined) read('key', () => ed25519Verifier(key));
  return {
    ...(key === undefined ? {} : { pinnedVkey: key }),
    witnesses: witness.map((one) => read('witness', () => witnessVerifier(one))),
  };
}

/** `ASSET=AMOUNT` in smallest units, by asset. Throws `input.invalid` for another form and for an asset given twice. */
export function readAmounts(pairs: readonly string[], option: string): Map<string, bigint> {
  const amounts = new Map<string, bigint>();
  for (const pair of pairs) {
    const [, asset = '', digits = ''] = /^([^=]*)=(0|[1-9]\d{0,38})$/.exec(pair) ?? [];
    if (!isAssetName(asset) || !isAmount(BigInt(digits)))
      throw invalid(option, `${pair} is not ASSET=AMOUNT`, 'give smallest units, such as BTC=50000000');
    if (amounts.has(asset)) throw invalid(option, `${asset} is given twice`, 'give each asset once');
    amounts.set(asset, BigInt(digits));
  }
  return amounts;
}

/** `CHAIN=URL`, by chain. Throws `input.invalid` for another form and for a chain given twice. */
export function readRpcs(pairs: readonly string[]): Map<string, string> {
  const rpcs = new Map<string, string>();
  for (const pair of pairs) {
    const [, chain = '', url = ''] = /^([^=\s]{1,100})=(https?:\/\/\S+)$/.exec(pair) ?? [];
    if (!URL.canParse(url))
      throw invalid('rpc', 'this is not CHAIN=URL', 'give it as ethereum=https://node.example');
    if (rpcs.has(chain)) throw invalid('rpc', `${chain} is given twice`, 'give each chain one node');
    rpcs.set(chain, url);
  }
  return rpcs;
}

const invalid = (option: string, problem: string, hint: string): FaultError =>
  new FaultError('input.invalid', `--${option}: ${problem}`, hint);
