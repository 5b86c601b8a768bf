/**
 * Compiles contracts/src (and the hostile counterparts in contracts/test/sol) into contracts/out/<Name>.json. A warning
 * about our own sources is an error: these contracts hold emergency roles. What was built from the same sources, settings and compiler is
 * kept, so that starting costs a few milliseconds when nothing changed.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Abi, Hex } from 'viem';

/** What a file of contracts/out holds. */
export type Artifact = {
  readonly contractName: string;
  readonly abi: Abi;
  readonly bytecode: Hex;
  readonly deployedBytecode: Hex;
  /** SHA-256 over all sources, settings and compiler version that this was built from. */
  readonly sourceHash: string;
};

type SolcOutput = {
  readonly errors?: readonly {
    readonly severity: string;
    readonly formattedMessage: string;
    readonly sourceLocation?: { readonly file: string };
  }[];
  readonly contracts?: Record<string, Record<string, SolcContract>>;
};
type SolcContract = {
  readonly abi: Abi;
  readonly evm: {
    readonly bytecode: { readonly object: string };
    readonly deployedBytecode: { readonly object: string };
  };
};
type Solc = {
  compile(
    input: string,
    callbacks: { import(path: string): { contents: string } | { error: string } },
  ): string;
};

const HERE = dirname(fileURLToPath(import.meta.url));
const OUT = join(HERE, 'out');
const SOURCE_FOLDERS = ['src', 'test/sol'];
/** EIP-170. */
const DEPLOYED_BYTES_MAX = 24_576;
const SETTINGS = {
  optimizer: { enabled: true, runs: 200 },
  viaIR: true,
  /** The oldest fork that all chains with the tokens in question run. */
  evmVersion: 'cancun',
  metadata: { appendCBOR: false, bytecodeHash: 'none' },
  outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object', 'evm.deployedBytecode.object'] } },
};
const require = createRequire(import.meta.url);

/** Builds what is not built. Returns whether the compiler ran. Throws with the compiler's own words. */
export async function ensureBuilt(): Promise<boolean> {
  const sources = readSources();
  const hash = sourceHash(sources);
  if (builtHash() === hash) return false;
  writeArtifacts(await compile(sources), hash);
  return true;
}

/** A built contract. Throws where it is not built: `node contracts/build.ts` does that. */
export function readArtifact(contractName: string): Artifact {
  const file = join(OUT, `${contractName}.json`);
  if (!existsSync(file))
    throw new Error(`contract ${contractName} is not built (${file}): run "node contracts/build.ts"`);
  return JSON.parse(readFileSync(file, 'utf8')) as Artifact;
}

/** Solidity sources by path relative to contracts/, with forward slashes. */
function readSources(): Map<string, string> {
  const files = SOURCE_FOLDERS.flatMap((folder) =>
    readdirSync(join(HERE, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.sol'))
      .map((entry) => relative(HERE, join(entry.parentPath, entry.name)).split(sep).join('/')),
  );
  return new Map(files.sort().map((file) => [file, readFileSync(join(HERE, file), 'utf8')]));
}

function sourceHash(sources: ReadonlyMap<string, string>): string {
  const versions = ['solc/package.json', '@openzeppelin/contracts/package.json'].map(
    (file) => (require(file) as { version: string }).version,
  );
  const hash = createHash('sha256').update(JSON.stringify([SETTINGS, versions]));
  for (const [path, text] of sources) hash.update(JSON.stringify([path, text]));
  return hash.digest('hex');
}

/** The stamp is written last, so a broken-off build is never taken for a finished one. */
function builtHash(): string | null {
  const stamp = join(OUT, 'built.json');
  if (!existsSync(stamp)) return null;
  const { sourceHash: hash, names } = JSON.parse(readFileSync(stamp, 'utf8')) as {
    sourceHash: string;
    names: readonly string[];
  };
  return names.every((name) => existsSync(join(OUT, `${name}.json`))) ? hash : null;
}

async function compile(sources: ReadonlyMap<string, string>): Promise<Map<string, SolcContract>> {
  const { default: solc } = (await import('solc')) as unknown as { default: Solc };
  const input = {
    language: 'Solidity',
    sources: Object.fromEntries([...sources].map(([path, content]) => [path, { content }])),
    settings: SETTINGS,
  };
  const output = JSON.parse(solc.compile(JSON.stringify(input), { import: readImport })) as SolcOutput;
  const complaints = (output.errors ?? []).filter(
    ({ severity, sourceLocation }) =>
      severity === 'error' || (severity === 'warning' && !sourceLocation?.file.startsWith('@openzeppelin/')),
  );
  if (complaints.length > 0)
    throw new Error(`solc:\n${complaints.map(({ formattedMessage }) => formattedMessage).join('\n')}`);
  const built = new Map<string, SolcContract>();
  for (const path of sources.keys())
    for (const [name, contract] of Object.entries(output.contracts?.[path] ?? {})) {
      if (contract.evm.bytecode.object === '') continue; // interfaces and abstract contracts
      if (built.has(name)) throw new Error(`two contracts are named ${name}`);
      requireDeployable(name, contract);
      built.set(name, contract);
    }
  return built;
}

function readImport(path: string): { contents: string } | { error: string } {
  try {
    return { contents: readFileSync(require.resolve(path), 'utf8') };
  } catch {
    return { error: `${path} is not installed` };
  }
}

function requireDeployable(name: string, contract: SolcContract): void {
  const bytes = contract.evm.deployedBytecode.object.length / 2;
  if (bytes > DEPLOYED_BYTES_MAX)
    throw new Error(`${name} has ${bytes} bytes of code; a chain takes ${DEPLOYED_BYTES_MAX} (EIP-170)`);
}

function writeArtifacts(contracts: ReadonlyMap<string, SolcContract>, hash: string): void {
  mkdirSync(OUT, { recursive: true });
  for (const [contractName, { abi, evm }] of contracts) {
    const artifact: Artifact = {
      contractName,
      abi,
      bytecode: `0x${evm.bytecode.object}`,
      deployedBytecode: `0x${evm.deployedBytecode.object}`,
      sourceHash: hash,
    };
    writeWhole(`${contractName}.json`, artifact);
  }
  writeWhole('built.json', { sourceHash: hash, names: [...contracts.keys()] });
}

/** Renamed into place: a reader beside us never sees half a file. */
function writeWhole(name: string, content: object): void {
  const draft = join(OUT, `.${name}.${process.pid}`);
  writeFileSync(draft, `${JSON.stringify(content, null, 1)}\n`);
  renameSync(draft, join(OUT, name));
}

if (process.argv[1] !== undefined && import.meta.filename === process.argv[1]) {
  const startedAt = performance.now();
  const ran = await ensureBuilt();
  console.log(
    ran ? `contracts built in ${Math.round(performance.now() - startedAt)} ms` : 'contracts are built',
  );
}
