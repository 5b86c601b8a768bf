/**
 * What an action does, read from its own bytes, for the person who is about to sign it. Shares nothing with the code that
 * requests actions: it takes canonical text, never a screen's or a requester's words. What it can not read it says, and
 * an action that is not fully read is refused unless its power names that.
 */
import {
  type Action,
  type BitcoinAct,
  type EvmCallAct,
  type ExchangeAct,
  type ExchangeOperation,
  type GuardianAct,
  hashOfActionText,
  type NetworkAct,
  parseAction,
} from './action.ts';
import { toHex, utf8Encode } from './bytes.ts';
import { isJsonObject, type JsonValue } from './canonical-json.ts';
import { bytesOfHex, keccak256 } from './eip712.ts';
import { ProofError } from './proof-error.ts';
import { psbtOutputs } from './psbt-outputs.ts';

export type Words = { readonly en: string; readonly ja: string };
export type DecodedLine = { readonly label: Words; readonly value: string };
export type DecodedAction = {
  readonly action: Action;
  /** 64 hex digits: compare with what your device signs. */
  readonly hash: string;
  readonly title: Words;
  readonly lines: readonly DecodedLine[];
  /** Reasons not to sign: raw bytes, delegate calls, value, unknown functions. */
  readonly dangers: readonly Words[];
};

type Reading = { title: Words; lines: DecodedLine[]; dangers: Words[] };

const line = (en: string, ja: string, value: string): DecodedLine => ({ label: { en, ja }, value });

/** Throws `bad-json` or `bad-action` for text that is not an action. */
export function decodeAction(text: string): DecodedAction {
  const action = parseAction(text);
  const reading = readAct(action);
  const frame = [
    line('Power', '権限', action.power),
    line('Target', '対象', action.target),
    line('Ends by itself', '自動失効', action.until ?? '—'),
    line('Approvals count until', '承認期限', action.validBefore),
    line('Use', '行使番号', action.use),
  ];
  return {
    action,
    hash: toHex(hashOfActionText(text)),
    title: reading.title,
    lines: [...reading.lines, ...frame],
    dangers: reading.dangers,
  };
}

function readAct(action: Action): Reading {
  const { act } = action;
  if (act.kind === 'evm.guardian') return readGuardian(act);
  if (act.kind === 'evm.call') return readCall(act);
  if (act.kind === 'bitcoin.psbt') return readPsbt(act);
  if (act.kind === 'exchange') return readExchange(act);
  if (act.kind === 'network') return readNetwork(act);
  if (act.kind === 'govern') return readChange(act.change);
  const { kind } = act as { kind: string };
  return unread(`act.kind ${kind.slice(0, 40)}`);
}

function unread(what: string): Reading {
  return {
    title: { en: 'An act that can not be read', ja: '読み取れない操作' },
    lines: [],
    dangers: [
      { en: `${what} can not be decoded: do not sign`, ja: `${what} は復号できません。署名しないでください` },
    ],
  };
}

const GUARDIAN_TITLES: Readonly<Record<GuardianAct['call'], Words>> = {
  stop: { en: 'Stop on chain, until it lapses', ja: 'チェーン上で停止(期限で自動解除)' },
  resume: { en: 'Resume early on chain', ja: 'チェーン上で早期再開' },
  extend: { en: 'Extend a stop on chain', ja: 'チェーン上の停止を延長' },
};

function readGuardian(act: GuardianAct): Reading {
  const title = GUARDIAN_TITLES[act.call];
  if (title === undefined)
    return unread(`guardian call ${String((act as { call: string }).call).slice(0, 40)}`);
  const lines = [
    line('Chain', 'チェーン', String(act.chainId)),
    line('Guardian contract', 'ガーディアン契約', act.guardian),
    ...(act.call === 'stop'
      ? [line('Switch', 'スイッチ', act.switchId), line('Applies to', '適用先', readArgs(act.args))]
      : [line('Stop', '対象の停止', act.stop)]),
  ];
  return { title, lines, dangers: [] };
}

/** ABI-encoded arguments of a switch: nothing, one address, or one number; both readings where both are possible. */
function readArgs(args: string): string {
  const bytes = bytesOfHex(args);
  if (bytes.length === 0) return 'the whole contract / 契約全体';
  if (bytes.length !== WORD_BYTES) return args;
  const number = BigInt(`0x${toHex(bytes)}`).toString();
  const isZero = (from: number, to: number): boolean => bytes.subarray(from, to).every((byte) => byte === 0);
  if (!isZero(0, 12) || isZero(0, 24)) return number;
  return `0x${toHex(bytes.subarray(12))} (${number})`;
}
const WORD_BYTES = 32;

type Known = {
  readonly says: Words;
  readonly args: readonly ('address' | 'uint256')[];
  readonly movesFunds?: true;
};
/** Functions that stops are made of, and those that move funds, by signature. */
const KNOWN_FUNCTIONS: Readonly<Record<string, Known>> = {
  'pause()': { says: { en: 'Pause the contract', ja: '契約を一時停止' }, args: [] },
  'unpause()': { says: { en: 'Unpause the contract', ja: '契約の停止を解除' }, args: [] },
  'blacklist(address)': { says: { en: 'Freeze an address', ja: 'アドレスを凍結' }, args: ['address'] },
  'unBlacklist(address)': { says: { en: 'Unfreeze an address', ja: '凍結を解除' }, args: ['address'] },
  'blocklist(address)': { says: { en: 'Freeze an address', ja: 'アドレスを凍結' }, args: ['address'] },
  'unBlocklist(address)': { says: { en: 'Unfreeze an address', ja: '凍結を解除' }, args: ['address'] },
  'setRedemptionLimit(uint256)': {
    says: { en: 'Set the redemption limit', ja: '償還上限を設定' },
    args: ['uint256'],
  },
  'lapse(bytes32)': { says: { en: 'Let a stop lapse', ja: '停止を失効させる' }, args: ['uint256'] },
  'transfer(address,uint256)': {
    says: { en: 'MOVE FUNDS to an address', ja: '資金を移動' },
    args: ['address', 'uint256'],
    movesFunds: true,
  },
  'approve(address,uint256)': {
    says: { en: 'ALLOW an address to take funds', ja: '資金の引出しを許可' },
    args: ['address', 'uint256'],
    movesFunds: true,
  },
  'transferOwnership(address)': {
    says: { en: 'GIVE AWAY ownership', ja: '所有権を移転' },
    args: ['address'],
    movesFunds: true,
  },
  'upgradeTo(address)': {
    says: { en: 'REPLACE the code', ja: '実装を置換' },
    args: ['address'],
    movesFunds: true,
  },
};
const BY_SELECTOR = new Map(
  Object.entries(KNOWN_FUNCTIONS).map(([signature, known]) => [
    toHex(keccak256(utf8Encode(signature)).subarray(0, 4)),
    { signature, ...known },
  ]),
);

function readCall(act: EvmCallAct): Reading {
  const data = bytesOfHex(act.data);
  const known = BY_SELECTOR.get(toHex(data.subarray(0, 4)));
  const dangers: Words[] = [];
  if (act.operation !== 'call')
    dangers.push({
      en: 'DELEGATECALL: foreign code would run as this account',
      ja: 'DELEGATECALL: 他者のコードが自口座として実行されます',
    });
  if (act.value !== '0') dangers.push({ en: `sends ${act.value} wei`, ja: `${act.value} wei を送金します` });
  const isWhole = known !== undefined && data.length === 4 + 32 * known.args.length;
  if (!isWhole)
    dangers.push({ en: 'raw call data that can not be decoded', ja: '復号できない生の呼出しデータ' });
  if (known?.movesFunds)
    dangers.push({ en: 'this moves funds or control', ja: '資金または支配権が移ります' });
  const args = isWhole
    ? known.args.map((type, n) => readWord(data.subarray(4 + 32 * n, 36 + 32 * n), type))
    : [];
  return {
    title: isWhole ? known.says : { en: 'Unknown contract call', ja: '不明な契約呼出し' },
    lines: [
      line('Chain', 'チェーン', String(act.chainId)),
      line('Contract', '契約', act.to),
      line('Function', '関数', known?.signature ?? act.data.slice(0, 10)),
      ...args.map((value, n) => line(`Argument ${n + 1}`, `引数 ${n + 1}`, value)),
    ],
    dangers,
  };
}

function readWord(word: Uint8Array, type: 'address' | 'uint256'): string {
  return type === 'address' ? `0x${toHex(word.subarray(12))}` : BigInt(`0x${toHex(word)}`).toString();
}

function readPsbt(act: BitcoinAct): Reading {
  try {
    const { inputs, outputs } = psbtOutputs(act.psbt);
    return {
      title: { en: 'Move bitcoin to cold storage', ja: 'ビットコインをコールドへ移動' },
      lines: [
        line('Network', 'ネットワーク', act.network),
        line('Inputs', '入力数', String(inputs)),
        ...outputs.map(({ amountSat, script }, n) =>
          line(`Output ${n + 1}`, `出力 ${n + 1}`, `${amountSat} sat -> script ${script}`),
        ),
      ],
      dangers: [],
    };
  } catch (error) {
    if (error instanceof ProofError) return unread('this PSBT');
    throw error;
  }
}

const EXCHANGE_TITLES: Readonly<Record<ExchangeOperation, Words>> = {
  'halt-withdrawals': { en: 'Halt withdrawals of', ja: '出金を停止:' },
  'resume-withdrawals': { en: 'Resume withdrawals of', ja: '出金を再開:' },
  'halt-market': { en: 'Halt the market', ja: '市場を停止:' },
  'resume-market': { en: 'Resume the market', ja: '市場を再開:' },
  'freeze-account': { en: 'Freeze the account', ja: '口座を凍結:' },
  'unfreeze-account': { en: 'Unfreeze the account', ja: '口座の凍結を解除:' },
  'limit-redemptions': { en: 'Limit redemptions of', ja: '償還を制限:' },
  'lift-redemption-limit': { en: 'Lift the redemption limit of', ja: '償還制限を解除:' },
};

function readExchange(act: ExchangeAct): Reading {
  const words = EXCHANGE_TITLES[act.operation];
  if (words === undefined) return unread(`operation ${String(act.operation).slice(0, 40)}`);
  const lines = [line('System', 'システム', act.system), line('Subject', '対象', act.subject)];
  if (act.limit !== null) lines.push(line('Limit a day (minor units)', '1日の上限(最小単位)', act.limit));
  return {
    title: { en: `${words.en} ${act.subject}`, ja: `${words.ja} ${act.subject}` },
    lines,
    dangers: [],
  };
}

const NETWORK_TITLES: Readonly<Record<NetworkAct['operation'], Words>> = {
  block: { en: 'Block network addresses', ja: 'ネットワークアドレスを遮断' },
  unblock: { en: 'Unblock network addresses', ja: 'ネットワークアドレスの遮断を解除' },
  shift: { en: 'Shift traffic', ja: 'トラフィックを切替' },
};

function readNetwork(act: NetworkAct): Reading {
  const title = NETWORK_TITLES[act.operation];
  if (title === undefined || !Array.isArray(act.subjects)) return unread('this network act');
  return {
    title,
    lines: [line('System', 'システム', act.system), line('Subjects', '対象', act.subjects.join(', '))],
    dangers: [],
  };
}

const CHANGE_TITLES: Readonly<Record<string, Words>> = {
  'enrol-principal': { en: 'Enrol a person', ja: '人を登録' },
  'bind-credential': { en: 'Bind a credential to a person', ja: '認証手段を紐付け' },
  'revoke-credential': { en: 'Revoke a credential', ja: '認証手段を失効' },
  'offboard-principal': { en: 'Offboard a person', ja: '人を離任させる' },
  'set-role': { en: 'Set who holds a role', ja: '役割の担当を設定' },
  'set-power': { en: 'Set a power', ja: '権限を設定' },
  'withdraw-power': { en: 'Withdraw a power', ja: '権限を廃止' },
  'set-policy': { en: 'Set the firm’s policy', ja: '全社ポリシーを設定' },
};

function readChange(change: JsonValue): Reading {
  if (!isJsonObject(change) || typeof change.change !== 'string') return unread('this change');
  const title = CHANGE_TITLES[change.change];
  if (title === undefined) return unread(`change ${change.change.slice(0, 40)}`);
  const lines = Object.entries(change)
    .filter(([name]) => name !== 'change')
    .map(([name, value]) => line(name, name, typeof value === 'string' ? value : JSON.stringify(value)));
  return { title, lines, dangers: [] };
}
