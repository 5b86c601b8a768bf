/** The rules of the house as ordinary tests. Every message says what to do instead. Never loosen a rule to pass. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NOUN_ORDER } from '@sonae/core/nouns/order.ts';
import { describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SKIPPED = ['node_modules', 'dist', '.git', '.sonae', 'golden', 'vectors'];

type Source = {
  readonly path: string;
  readonly text: string;
  readonly lines: readonly string[];
  readonly isTest: boolean;
};

function list(dir: string, pattern: RegExp): string[] {
  return readdirSync(join(ROOT, dir), { withFileTypes: true }).flatMap((entry) => {
    const path = normalize(join(dir, entry.name));
    if (entry.isDirectory()) return SKIPPED.includes(entry.name) ? [] : list(path, pattern);
    return pattern.test(entry.name) ? [path] : [];
  });
}

const SOURCES: readonly Source[] = list('.', /\.tsx?$/).map((path) => {
  const text = readFileSync(join(ROOT, path), 'utf8');
  return {
    path,
    text,
    lines: text.split('\n'),
    isTest: /\.test\.tsx?$/.test(path) || /(^|\/)test\//.test(path),
  };
});
const within = (prefix: string): Source[] => SOURCES.filter((source) => source.path.startsWith(prefix));

type Import = { readonly from: string; readonly to: string; readonly isType: boolean };

/** Static and dynamic imports; repository paths are resolved, packages stay as they are. */
function importsOf(source: Source): Import[] {
  const found = [
    ...source.text.matchAll(
      /(?:^|\n)\s*(?:import|export)\s(?:[^'";]*?\sfrom\s)?'([^']+)'|import\(\s*'([^']+)'\s*\)/g,
    ),
  ];
  return found.map((m) => {
    const target = m[1] ?? m[2] ?? '';
    const isType = /^\s*(import|export) type\s/.test(m[0].replace(/^\n/, ''));
    const to = target.startsWith('.')
      ? normalize(join(dirname(source.path), target))
      : target.replace(/^@sonae\/core\//, 'packages/core/src/');
    return { from: source.path, to, isType };
  });
}

const broken = (sources: readonly Source[], isBroken: (i: Import, source: Source) => boolean): string[] =>
  sources.flatMap((source) =>
    importsOf(source)
      .filter((i) => isBroken(i, source))
      .map((i) => `${i.from} -> ${i.to}`),
  );

const LAYERS = ['kernel', 'log', 'ports', 'nouns', 'app'];
const coreLayer = (path: string): number =>
  LAYERS.indexOf(path.replace('packages/core/src/', '').split('/')[0] ?? '');

describe('imports', () => {
  test('core is pure: no platform, no packages but zod, @noble and proof', () => {
    const allowed = /^(packages\/core\/src\/|@sonae\/proof\/|zod$|@noble\/)/;
    const sources = within('packages/core/src').filter((s) => !s.isTest);
    expect(
      broken(sources, (i) => !allowed.test(i.to)),
      'put IO behind a port and its adapter into packages/server/src/adapters',
    ).toEqual([]);
    const platform =
      /\b(process\.|Date\.now|new Date\(\)|Math\.random|setTimeout|setInterval|fetch\(|crypto\.|console\.)/;
    const uses = sources.flatMap((s) =>
      s.lines.flatMap((line, n) =>
        platform.test(line) && !line.trimStart().startsWith('*') ? [`${s.path}:${n + 1}`] : [],
      ),
    );
    expect(
      uses,
      'take time from ports/clock, randomness from ports/random, and return what is to be done as data',
    ).toEqual([]);
  });

  test('proof stands on @noble alone', () => {
    const sources = within('packages/proof/src').filter((s) => !s.isTest);
    expect(
      broken(sources, (i) => !/^(packages\/proof\/src\/|@noble\/)/.test(i.to)),
      'proof is published and runs anywhere',
    ).toEqual([]);
  });

  test('in core: kernel < log < ports < nouns < app', () => {
    const sources = within('packages/core/src').filter((s) => !s.isTest);
    // log/define and log/append describe what ports carry; ports in turn only name types of log and kernel.
    const isUp = (i: Import): boolean =>
      i.to.startsWith('packages/core/src/') &&
      coreLayer(i.to) > coreLayer(i.from) &&
      !(i.isType && i.to.includes('/ports/'));
    expect(broken(sources, isUp), 'move the shared part down, or pass it in').toEqual([]);
  });

  test('a noun reads only nouns above it, and of those only facts and views', () => {
    const nounOf = (path: string): string => /packages\/core\/src\/nouns\/([^/]+)\//.exec(path)?.[1] ?? '';
    const rank = (noun: string): number => (NOUN_ORDER as readonly string[]).indexOf(noun);
    const sources = within('packages/core/src/nouns').filter((s) => !s.isTest && nounOf(s.path) !== '');
    const below = (i: Import): boolean => nounOf(i.to) !== '' && rank(nounOf(i.to)) > rank(nounOf(i.from));
    expect(broken(sources, below), 'emit a command as an action instead').toEqual([]);
    // Hot paths (engine) hand their readings to the controls of the noun below.
    const foreign = (i: Import): boolean =>
      nounOf(i.to) !== '' &&
      nounOf(i.to) !== nounOf(i.from) &&
      !/\/(facts|views|engine)(\.ts$|\/)/.test(i.to);
    expect(broken(sources, foreign), 'read the other noun’s facts or views').toEqual([]);
  });

  test('inside a noun the steps go downhill', () => {
    const STEPS = ['facts', 'sources', 'engine', 'views', 'controls', 'decisions', 'actions', 'index'];
    // A long step is a folder of the same name: its first segment below the noun names the step.
    const stepName = (path: string): string => /nouns\/[^/]+\/([\w-]+)/.exec(path)?.[1] ?? '';
    const nounOf = (path: string): string => /nouns\/([^/]+)\//.exec(path)?.[1] ?? '';
    const step = (path: string): number => STEPS.indexOf(stepName(path));
    const sources = within('packages/core/src/nouns').filter((s) => !s.isTest && nounOf(s.path) !== '');
    expect(
      sources.filter((s) => step(s.path) < 0).map((s) => s.path),
      `a noun has only these steps: ${STEPS.join(', ')}`,
    ).toEqual([]);
    const uphill = (i: Import): boolean => nounOf(i.to) === nounOf(i.from) && step(i.to) > step(i.from);
    expect(
      broken(sources, uphill),
      'facts < sources < engine < views < controls < decisions < actions',
    ).toEqual([]);
    const actions = sources.filter((s) => stepName(s.path) === 'actions');
    expect(
      broken(actions, (i) => /\/(decisions|controls|sources)(\.ts$|\/)/.test(i.to)),
      'actions read facts and views',
    ).toEqual([]);
  });

  test('packages depend as drawn: server -> core, proof; console -> types and views of core; site -> proof', () => {
    const reach = (prefix: string, allowed: RegExp): string[] =>
      broken(
        within(prefix).filter((s) => !s.isTest),
        (i) => (i.to.startsWith('packages/') || i.to.startsWith('@sonae/')) && !allowed.test(i.to),
      );
    expect(reach('packages/server/src', /^(packages\/(server|core)\/src\/|@sonae\/proof\/)/)).toEqual([]);
    expect(
      reach('packages/site', /^(packages\/site\/|@sonae\/proof\/)/),
      'the public site trusts nothing but proof',
    ).toEqual([]);
    expect(reach('packages/console', /^(packages\/(console|core)\/|@sonae\/proof\/)/)).toEqual([]);
    const runtime = broken(
      within('packages/console').filter((s) => !s.isTest),
      (i) => i.to.startsWith('packages/core/') && !i.isType && !/\/(facts|views|api)(\.ts$|\/)/.test(i.to),
    );
    expect(runtime, 'the console takes types, schemas and pure views of core; write `import type`').toEqual(
      [],
    );
  });

  test('nobody imports tests, benchmarks or simulations', () => {
    const sources = within('packages').filter((s) => !s.isTest);
    expect(
      broken(sources, (i) => /^(test|bench|sim|examples)\//.test(i.to)),
      'move what is shared into a package',
    ).toEqual([]);
  });

  test('there are no cycles', () => {
    const graph = new Map(
      SOURCES.map((s) => [
        s.path,
        importsOf(s)
          .filter((i) => !i.isType)
          .map((i) => i.to),
      ]),
    );
    const state = new Map<string, 'open' | 'done'>();
    const cycles: string[] = [];
    const visit = (path: string, trail: readonly string[]): void => {
      if (state.get(path) === 'done') return;
      if (state.get(path) === 'open') {
        cycles.push([...trail.slice(trail.indexOf(path)), path].join(' -> '));
        return;
      }
      state.set(path, 'open');
      for (const next of graph.get(path) ?? []) if (graph.has(next)) visit(next, [...trail, path]);
      state.set(path, 'done');
    };
    for (const path of graph.keys()) visit(path, []);
    expect(cycles, 'move the shared part into a file of its own').toEqual([]);
  });
});

describe('names', () => {
  test('files are kebab-case', () => {
    const odd = SOURCES.filter((s) => !/^[a-z0-9.-]+\.tsx?$/.test(s.path.split('/').at(-1) ?? '')).map(
      (s) => s.path,
    );
    expect(odd, 'rename to kebab-case').toEqual([]);
  });

  test('nothing is called util, common, manager or helper', () => {
    const vague = /\b(utils?|common|managers?|helpers?)\b/i;
    const odd = SOURCES.filter((s) => vague.test(s.path.replaceAll('-', ' '))).map((s) => s.path);
    expect(odd, 'name it after what it does').toEqual([]);
  });

  test('facts are in the past tense under their noun; controls and commands carry their noun', () => {
    const irregular =
      /(ed|told|sent|built|found|held|kept|lost|made|met|put|run|set|shown|taken|written|withdrawn|Lapsed)$/;
    const defined = within('packages/core/src/nouns').flatMap((s) =>
      [...s.text.matchAll(/defineFact\(\{\s*name: '(\w+)\.(\w+)'/g)].map((m) => m[2] ?? ''),
    );
    expect(defined.length).toBeGreaterThan(10);
    expect(
      defined.filter((name) => !irregular.test(name)),
      'a fact has happened: past tense',
    ).toEqual([]);
  });
});

describe('bans', () => {
  const BANS: readonly { readonly pattern: RegExp; readonly instead: string; readonly except?: RegExp }[] = [
    {
      pattern: /\bexport default\b/,
      instead: 'export a named function',
      except: /(vite|vitest)\.config\.ts$|closing-line\.ts$/,
    },
    { pattern: /^\s*(export )?(const )?enum [A-Z]/, instead: 'use a union of string literals' },
    { pattern: /:\s*any\b|\bas any\b|<any>/, instead: 'use unknown and narrow it' },
    { pattern: /@ts-(ignore|nocheck|expect-error)/, instead: 'make the type say what is true' },
    { pattern: /\bexport \* from\b/, instead: 'import from the file that defines it (no barrels)' },
    {
      pattern: /\b(TODO|FIXME|XXX)\b/,
      instead: 'do it, or write it into an issue',
      except: /test\/tidy\.test\.ts$/,
    },
    { pattern: /\.only\(/, instead: 'run one test with -t', except: /test\/tidy\.test\.ts$/ },
    {
      pattern: /\b(describe|test|it)\.skip\(/,
      instead: 'use skipIf with a visible reason',
      except: /test\/tidy\.test\.ts$/,
    },
  ];

  test.each(BANS)('$pattern', ({ pattern, instead, except }) => {
    const found = SOURCES.filter((s) => s.path !== 'test/tidy.test.ts' && !except?.test(s.path)).flatMap(
      (s) => s.lines.flatMap((line, n) => (pattern.test(line) ? [`${s.path}:${n + 1}`] : [])),
    );
    expect(found, instead).toEqual([]);
  });

  test('a test in a browser does not look once: a page draws when it can', () => {
    const once =
      /expect\(\s*await [^;]*\.(count|isDisabled|isEnabled|isVisible|isChecked|inputValue|textContent)\(\)\s*[,)]/;
    const found = within('test/e2e').flatMap((s) =>
      s.lines.flatMap((line, n) => (once.test(line) ? [`${s.path}:${n + 1}`] : [])),
    );
    expect(found, 'ask until it is so: await expect.poll(() => …)').toEqual([]);
  });

  test('classes are only for errors and long-lived resources', () => {
    const allowed = /class \w+ (extends \w*Error|implements Reporter)/;
    const found = SOURCES.flatMap((s) =>
      s.lines.flatMap((line, n) =>
        /^\s*(export )?(default )?(export default )?class /.test(line) && !allowed.test(line)
          ? [`${s.path}:${n + 1}`]
          : [],
      ),
    );
    expect(found, 'write functions over plain data').toEqual([]);
  });
});

describe('limits', () => {
  /** Ratchets: what was longer when the rule came may shrink, never grow. Empty is the goal. */
  const LONGER: Readonly<Record<string, number>> = {};
  const limitOf = (path: string): number =>
    LONGER[path] ?? (/packages\/proof\/src|\/engine\.ts$|\.test\.tsx?$/.test(path) ? 600 : 300);

  test('files are short: 300 lines, proof and engines 600', () => {
    const long = SOURCES.filter((s) => s.lines.length > limitOf(s.path) + 1).map(
      (s) => `${s.path}: ${s.lines.length}`,
    );
    expect(long, 'split by verb or by subject').toEqual([]);
  });

  test('app stays under 1,000 lines', () => {
    const lines = within('packages/core/src/app')
      .filter((s) => !s.isTest && !s.path.endsWith('/api.ts'))
      .reduce((sum, s) => sum + s.lines.length, 0);
    expect(lines, 'the framework must not grow: put it into a noun').toBeLessThan(1_000);
  });

  test('functions have up to 70 lines', () => {
    const long = SOURCES.filter((s) => !s.isTest).flatMap((s) =>
      longFunctions(s).map(({ line, length }) => `${s.path}:${line}: ${length} lines`),
    );
    expect(long, 'split by what it does').toEqual([]);
  });

  test('every source begins by saying what it is for', () => {
    const silent = SOURCES.filter(
      (s) =>
        !s.isTest && !s.path.endsWith('.d.ts') && !/^(#!.*\n)?(\/\*\*|\/\/|import \{ define)/.test(s.text),
    ).map((s) => s.path);
    expect(silent, 'begin with a header comment: what and why').toEqual([]);
  });
});

/** Top-level functions by the formatter's shape: they begin at column 0 and end with a brace at column 0. */
function longFunctions(source: Source): { line: number; length: number }[] {
  const found: { line: number; length: number }[] = [];
  let start = -1;
  source.lines.forEach((line, n) => {
    if (/^(export )?(async )?function|^(export )?const \w+.*=> \{$/.test(line)) start = n;
    if (line.startsWith('}') && start >= 0) {
      if (n - start + 1 > 70) found.push({ line: start + 1, length: n - start + 1 });
      start = -1;
    }
  });
  return found;
}
