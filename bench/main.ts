/** `npm run bench -- NAME [--json]`: named benchmarks, each beside its peer or physical limit in the same run. */
import { cpus } from 'node:os';
import { benchBacktest } from './backtest.ts';
import { benchGate } from './gate.ts';
import { benchLedger } from './ledger.ts';
import { benchLiabilities, benchLiabilitiesLarge } from './liabilities.ts';
import { benchLog } from './log.ts';
import type { Bench } from './measure.ts';
import { benchPrivateLiabilities } from './private-liabilities.ts';
import { benchRespond } from './respond.ts';
import { benchStorm } from './storm.ts';
import { benchTransferGate } from './transfer-gate.ts';

/** The gate of powers and the gate of transfers: the same question, may this be done. */
const benchBothGates: Bench = async (progress) => {
  const [powers, transfers] = [await benchGate(progress), await benchTransferGate(progress)];
  const named = <T extends { readonly id: string }>(of: readonly T[], name: string): T[] =>
    of.map((one) => ({ ...one, id: `${name}: ${one.id}` }));
  return {
    rows: [...named(transfers.rows, 'transfers'), ...named(powers.rows, 'powers')],
    ratios: [...named(transfers.ratios, 'transfers'), ...named(powers.ratios, 'powers')],
  };
};

const BENCHES: Readonly<Record<string, Bench>> = {
  log: benchLog,
  backtest: benchBacktest,
  gate: benchBothGates,
  'transfer-gate': benchTransferGate,
  respond: benchRespond,
  storm: benchStorm,
  ledger: benchLedger,
  liabilities: benchLiabilities,
  'liabilities-large': benchLiabilitiesLarge,
  'private-liabilities': benchPrivateLiabilities,
};

const [name = '', ...flags] = process.argv.slice(2);
const bench = BENCHES[name];
if (!bench) {
  process.stderr.write(`bench: give one of: ${Object.keys(BENCHES).join(', ')}\n`);
  process.exitCode = 2;
} else {
  const machine = `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, Node ${process.versions.node}`;
  const { rows, ratios } = await bench((line) => process.stderr.write(`${line}\n`));
  if (flags.includes('--json')) process.stdout.write(`${JSON.stringify({ name, machine, rows, ratios })}\n`);
  else {
    process.stdout.write(`${name} on ${machine}\n`);
    for (const { id, value, unit } of rows)
      process.stdout.write(`  ${id.padEnd(44)} ${value.toPrecision(5).padStart(12)} ${unit}\n`);
    for (const { id, value } of ratios)
      process.stdout.write(`  ${id.padEnd(44)} ${value.toPrecision(4).padStart(12)}\n`);
  }
}
