/**
 * Whether a PSBT is a move to cold storage and nothing else: every output goes to an address named
 * beforehand, the fee and the total stay below limits, and every signature it may get binds all of it.
 */
import {
  type BitcoinNetwork,
  describePsbt,
  type PsbtDescription,
  type PsbtProblem,
  scriptOfAddress,
} from './describe-psbt.ts';

export type KnownOutpoint = { readonly outpoint: string; readonly amountSat: bigint };
export type PsbtLimits = {
  readonly maxFeeSat: bigint;
  readonly maxFeeRateSatVb: number;
  /** Of all outputs together. */
  readonly maxTotalSat: bigint;
};
export type PsbtRules = PsbtLimits & {
  readonly network: BitcoinNetwork;
  readonly coldAddresses: readonly string[];
  /** When given, nothing else may be spent, and the amounts must be these. */
  readonly knownOutpoints?: readonly KnownOutpoint[];
};
export type PsbtVerdict =
  | { readonly ok: true; readonly description: PsbtDescription }
  | { readonly ok: false; readonly problems: readonly PsbtProblem[] };

/** What is unusual but does no harm: everything else that describing warns of is a problem here. */
const HARMLESS = /^(lockTime|inputs\.\d+\.sequence)$/;

/** Never throws. */
export function checkPsbt(psbt: string, rules: PsbtRules): PsbtVerdict {
  const reading = describePsbt(psbt, rules.network);
  if (!reading.ok) return reading;
  const { description, transaction } = reading;
  const problems = [
    ...description.warnings.filter(({ field }) => !HARMLESS.test(field)),
    ...outputProblems(description, rules),
    ...amountProblems(description, rules),
    ...outpointProblems(description, rules.knownOutpoints),
  ];
  for (let at = 0; at < transaction.inputsLength; at += 1) {
    const { finalScriptWitness, finalScriptSig, partialSig, tapKeySig } = transaction.getInput(at);
    if (finalScriptWitness !== undefined || finalScriptSig !== undefined)
      problems.push({
        field: `inputs.${at}`,
        problem: 'is finalized: whose signatures it carries can no longer be told',
        fix: 'hand over partial signatures, not a finalized input',
      });
    const open = partialSig?.find(([, signature]) => signature.at(-1) !== 1);
    if (open !== undefined || (tapKeySig?.length === 65 && tapKeySig[64] !== 1))
      problems.push({
        field: `inputs.${at}.sighash`,
        problem: 'carries a signature that leaves parts of the transaction open',
        fix: 'sign again with SIGHASH_ALL',
      });
  }
  return problems.length === 0 ? { ok: true, description } : { ok: false, problems };
}

function outputProblems({ outputs }: PsbtDescription, rules: PsbtRules): PsbtProblem[] {
  const problems: PsbtProblem[] = [];
  const cold = new Set<string>();
  for (const [at, address] of rules.coldAddresses.entries()) {
    const script = scriptOfAddress(address, rules.network);
    if (script !== null) cold.add(script);
    else
      problems.push({
        field: `coldAddresses.${at}`,
        problem: `${address.slice(0, 100)} is no address of ${rules.network}`,
        fix: 'correct the address or the network in the configuration',
      });
  }
  for (const [at, { scriptHex, address, amountSat }] of outputs.entries()) {
    if (!cold.has(scriptHex))
      problems.push({
        field: `outputs.${at}`,
        problem: `pays ${amountSat} sat to ${address ?? 'a script'}, which is no pre-approved cold address`,
        fix: 'pay cold addresses only, also the change',
      });
    if (amountSat <= 0n)
      problems.push({ field: `outputs.${at}.amountSat`, problem: 'is 0', fix: 'remove the output' });
  }
  return problems;
}

function amountProblems({ feeSat, feeRateSatVb, outputs }: PsbtDescription, rules: PsbtRules): PsbtProblem[] {
  const problems: PsbtProblem[] = [];
  const total = outputs.reduce((sum, { amountSat }) => sum + amountSat, 0n);
  if (total > rules.maxTotalSat)
    problems.push({
      field: 'outputs',
      problem: `pay ${total} sat together, the limit is ${rules.maxTotalSat}`,
      fix: 'move less at once, or raise the limit of the power',
    });
  if (feeSat !== null && feeSat > rules.maxFeeSat)
    problems.push({
      field: 'feeSat',
      problem: `is ${feeSat}, the limit is ${rules.maxFeeSat}`,
      fix: 'build the PSBT with a lower fee rate',
    });
  if (feeRateSatVb !== null && feeRateSatVb > rules.maxFeeRateSatVb)
    problems.push({
      field: 'feeRateSatVb',
      problem: `is ${feeRateSatVb.toFixed(2)}, the limit is ${rules.maxFeeRateSatVb}`,
      fix: 'build the PSBT with a lower fee rate',
    });
  return problems;
}

function outpointProblems({ inputs }: PsbtDescription, known: PsbtRules['knownOutpoints']): PsbtProblem[] {
  if (known === undefined) return [];
  const amounts = new Map(known.map(({ outpoint, amountSat }) => [outpoint, amountSat]));
  return inputs.flatMap(({ outpoint, amountSat }, at) => {
    const expected = amounts.get(outpoint);
    if (expected === undefined)
      return [
        {
          field: `inputs.${at}`,
          problem: `${outpoint} is not ours to spend`,
          fix: 'spend known outputs only',
        },
      ];
    if (amountSat === null || amountSat === expected) return [];
    const problem = `is ${amountSat}, known is ${expected}: a wrong amount hides a fee`;
    return [{ field: `inputs.${at}.amountSat`, problem, fix: 'build the PSBT from the real outputs' }];
  });
}
