/**
 * An action: exactly what a power will do to a real system, as canonical bytes. Its hash is what people sign; nothing is
 * performed that is not such an action with enough approvals over its hash. Sonae's own format, version 1.
 *
 * The hash binds the firm (founding charter), the power as it stood (policy), the one use, the target and the times, so
 * an approval can not be moved to another firm, power, use, chain, target or moment.
 */
import { concatBytes, toHex, utf8Encode } from './bytes.ts';
import {
  canonicalBytes,
  canonicalJson,
  isJsonObject,
  type JsonValue,
  parseCanonicalJson,
} from './canonical-json.ts';
import { plainSha256, type Sha256 } from './merkle.ts';
import { demand } from './proof-error.ts';

export const ACTION_FORMAT = 'sonae/action/v1';
/** What the act is to the thing it acts on. `govern` changes people, powers or rules and touches no outside system. */
export const ACTION_STEPS = ['stop', 'extend', 'resume', 'govern'] as const;
export type ActionStep = (typeof ACTION_STEPS)[number];

/** A call of a TimeBoxedGuardian (contracts/src/TimeBoxedGuardian.sol). The approvals themselves go on chain. */
export type GuardianAct = {
  readonly kind: 'evm.guardian';
  readonly chainId: number;
  /** 0x and 40 lower-case hex digits. */
  readonly guardian: string;
} & (
  | { readonly call: 'stop'; readonly switchId: string; readonly args: string }
  /** `stop`: hash of the action (0x, 64 hex) that stopped. */
  | { readonly call: 'resume' | 'extend'; readonly stop: string }
);
/** A plain contract call. `delegatecall` and value are refused unless the power names them. */
export type EvmCallAct = {
  readonly kind: 'evm.call';
  readonly chainId: number;
  readonly to: string;
  readonly data: string;
  /** Wei, decimal. */
  readonly value: string;
  readonly operation: 'call' | 'delegatecall';
};
/** A PSBT (BIP-174, base64) that moves funds to pre-approved cold addresses. */
export type BitcoinAct = {
  readonly kind: 'bitcoin.psbt';
  readonly network: 'mainnet' | 'testnet' | 'regtest';
  readonly psbt: string;
};
export const EXCHANGE_OPERATIONS = [
  'halt-withdrawals',
  'resume-withdrawals',
  'halt-market',
  'resume-market',
  'freeze-account',
  'unfreeze-account',
  'limit-redemptions',
  'lift-redemption-limit',
] as const;
export type ExchangeOperation = (typeof EXCHANGE_OPERATIONS)[number];
/** A call of the published exchange interface (examples/exchange/openapi.json). */
export type ExchangeAct = {
  readonly kind: 'exchange';
  readonly system: string;
  readonly operation: ExchangeOperation;
  /** Asset, market or account. */
  readonly subject: string;
  /** Redemptions a day in minor units, decimal; only with `limit-redemptions`. */
  readonly limit: string | null;
};
/** Blocking addresses or ranges (CIDR), or shifting traffic, through a webhook adapter of the firm's network. */
export type NetworkAct = {
  readonly kind: 'network';
  readonly system: string;
  readonly operation: 'block' | 'unblock' | 'shift';
  /** Addresses or CIDR ranges; for `shift` the name of one route. */
  readonly subjects: readonly string[];
};
/** A change of people, powers or rules, applied to the log itself. */
export type GovernAct = { readonly kind: 'govern'; readonly change: JsonValue };

export type Act = GuardianAct | EvmCallAct | BitcoinAct | ExchangeAct | NetworkAct | GovernAct;
export type ActKind = Act['kind'];

export type Action = {
  readonly format: typeof ACTION_FORMAT;
  /** Hex SHA-256 of the founding charter: one firm. */
  readonly founding: string;
  readonly use: string;
  readonly power: string;
  /** Hex SHA-256 of the power as it stood when the use was requested. */
  readonly policy: string;
  /** Id of one of the power's targets. */
  readonly target: string;
  readonly step: ActionStep;
  /** Hex SHA-256 of the reason's UTF-8 bytes: the words stay private until published. */
  readonly reason: string;
  /** ISO 8601 UTC in whole seconds: when the effect is to end by itself; null where it has no end of its own. */
  readonly until: string | null;
  /** ISO 8601 UTC in whole seconds: approvals and execution count only before. */
  readonly validBefore: string;
  readonly act: Act;
};

const ACTION_DOMAIN = utf8Encode('sonae/action/v1\n');
const WHOLE_SECOND = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;
const HEX_32 = /^[0-9a-f]{64}$/;
const KEYS = [
  'act',
  'format',
  'founding',
  'policy',
  'power',
  'reason',
  'step',
  'target',
  'until',
  'use',
  'validBefore',
];

/** Canonical bytes of an action: what is hashed, stored and decoded. Throws `bad-json`. */
export function actionBytes(action: Action): Uint8Array {
  return canonicalBytes(action as unknown as JsonValue);
}

/** 32 bytes: SHA-256("sonae/action/v1\n" || canonical bytes). */
export function actionHash(action: Action, sha256: Sha256 = plainSha256): Uint8Array {
  return hashOfActionText(canonicalJson(action as unknown as JsonValue), sha256);
}

/** The hash of an action given as its canonical text. */
export function hashOfActionText(text: string, sha256: Sha256 = plainSha256): Uint8Array {
  return sha256(concatBytes(ACTION_DOMAIN, utf8Encode(text)));
}

/** Hex SHA-256 of a text's UTF-8 bytes, as `reason` carries it. */
export function textHash(text: string, sha256: Sha256 = plainSha256): string {
  return toHex(sha256(utf8Encode(text)));
}

/**
 * An action from its canonical text. Checks every field's form; what the act means is the decoder's work.
 * Throws `bad-json` for text that is not canonical, `bad-action` for anything else.
 */
export function parseAction(text: string): Action {
  const value = parseCanonicalJson(text);
  demand(isJsonObject(value), 'bad-action', 'an action is an object');
  const given = Object.keys(value).sort();
  demand(given.join() === KEYS.join(), 'bad-action', `an action has exactly the fields ${KEYS.join(', ')}`);
  const { format, founding, use, power, policy, target, step, reason, until, validBefore, act } = value;
  demand(format === ACTION_FORMAT, 'bad-action', `format must be ${ACTION_FORMAT}`);
  for (const [name, hash] of Object.entries({ founding, policy, reason }))
    demand(typeof hash === 'string' && HEX_32.test(hash), 'bad-action', `${name} must be 64 hex digits`);
  for (const [name, id] of Object.entries({ use, power, target }))
    demand(typeof id === 'string' && /^[\w.:/-]{1,100}$/.test(id), 'bad-action', `${name} must be an id`);
  demand(
    (ACTION_STEPS as readonly unknown[]).includes(step),
    'bad-action',
    `step must be one of ${ACTION_STEPS}`,
  );
  demand(until === null || isWholeSecond(until), 'bad-action', 'until must be UTC in whole seconds, or null');
  demand(isWholeSecond(validBefore), 'bad-action', 'validBefore must be UTC in whole seconds');
  demand(
    isJsonObject(act) && typeof act.kind === 'string',
    'bad-action',
    'act must be an object with a kind',
  );
  return value as unknown as Action;
}

function isWholeSecond(value: JsonValue | undefined): boolean {
  return typeof value === 'string' && WHOLE_SECOND.test(value) && !Number.isNaN(Date.parse(value));
}
