/** What is true of every verb of the command line. */
import { expect, test } from 'vitest';
import { createProgram } from '../packages/server/src/program.ts';

type Command = ReturnType<typeof createProgram>;
const leavesOf = (command: Command, path: readonly string[] = []): [string, Command][] =>
  command.commands.length === 0
    ? [[path.join(' '), command]]
    : command.commands.flatMap((one) => leavesOf(one, [...path, one.name()]));

test('every verb has --json, but for those that print nothing else', () => {
  const verbs = leavesOf(createProgram());
  expect(verbs.length).toBeGreaterThan(150);
  const without = verbs.filter(([, { options }]) => !options.some(({ long }) => long === '--json'));
  expect(without.map(([name]) => name).sort()).toEqual(['charter sign', 'keys bind', 'keys new', 'up']);
});

test('every verb says what it does in both languages', () => {
  const unsaid = leavesOf(createProgram()).filter(
    ([, one]) => !/[a-z]{3}.*\n.*[\u3040-\u30ff\u4e00-\u9fff]/s.test(one.description()),
  );
  expect(unsaid.map(([name]) => name)).toEqual([]);
});
