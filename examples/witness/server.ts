/** `node examples/witness/server.ts --port N --name NAME --key FILE --state FILE --log VKEY [--log VKEY …]` */
import { parseArgs } from 'node:util';
import { createWitness, witnessKey, witnessServer } from './witness.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string' },
    name: { type: 'string' },
    key: { type: 'string' },
    state: { type: 'string' },
    log: { type: 'string', multiple: true },
  },
});
const { port, name, key: keyPath, state: statePath, log: logs } = values;
if (!port || !name || !keyPath || !statePath || !logs) {
  process.stderr.write('give --port, --name, --key, --state and at least one --log VKEY\n');
  process.exit(2);
}
const key = witnessKey(name, keyPath);
const clock = (): number => Math.floor(Date.now() / 1000);
const server = witnessServer(createWitness({ key, logs, statePath, clock }));
server.listen(Number(port), '127.0.0.1', () => process.stderr.write(`${key.vkey}\n`));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => server.close());
