/**
 * `node registry-contract/scripts/smt.ts`: the compiler's own SMTChecker, where it ends. It shows for every input that no
 * assertion fails and that no arithmetic overflows. The npm compiler has no solver in it: each query goes to z3.
 */
import { spawnSync } from 'node:child_process';
import solc from 'solc';
import { z3 } from './foundry.ts';
import { sourcesOf } from './standard-input.ts';

export interface Target {
  readonly file: string;
  /** CHC follows calls from outside; the functions of a library are internal, which BMC takes one by one. */
  readonly engine: 'bmc' | 'chc';
}

/**
 * Not the registry: BMC did not end within 150 s, and CHC has no model of `delegatecall`. Not Merkle: assembly is left out
 * of the model. halmos takes both, from the bytecode (test/symbolic).
 */
export const TARGETS: readonly Target[] = [
  { file: 'contracts/lib/Names.sol', engine: 'bmc' },
  { file: 'contracts/lib/Page.sol', engine: 'bmc' },
  { file: 'test/symbolic/Page.t.sol', engine: 'chc' },
];

/** solc's words for a proved property, of either engine. BMC is "deprecated", and yet it alone looks into a library. */
const PROVED = ['2961', '9576'];
const DEPRECATED = '3993';
const QUERY_TIMEOUT_MS = 60_000;
/** From stdin, and how solc itself sets up z3 for its Horn clauses. */
const Z3_OPTIONS = [
  '-smt2',
  '-in',
  'rlimit=20000000',
  'rewriter.pull_cheap_ite=true',
  'fp.spacer.q3.use_qgen=true',
  'fp.spacer.mbqi=false',
  'fp.spacer.ground_pobs=false',
];

interface Checked {
  readonly proved: number;
  /** What solc says of a property that it could not prove, or of a file that it could not check. */
  readonly open: readonly string[];
}

export function check({ file, engine }: Target): Checked {
  const settings = {
    modelChecker: {
      engine,
      solvers: ['smtlib2'],
      targets: ['assert', 'underflow', 'overflow', 'divByZero', 'outOfBounds', 'popEmptyArray'],
      // The limit is the solver's, below.
      timeout: 0,
      showProvedSafe: true,
      showUnproved: true,
      showUnsupported: true,
    },
    outputSelection: { '*': { '*': [] } },
  };
  const input = { language: 'Solidity', sources: sourcesOf([file]), settings };
  const output = JSON.parse(solc.compile(JSON.stringify(input), { smtSolver: solve })) as {
    errors?: { errorCode?: string; formattedMessage: string }[];
  };
  const said = (output.errors ?? []).filter(({ errorCode }) => errorCode !== DEPRECATED);
  const open = said.filter(({ errorCode }) => !PROVED.includes(errorCode ?? ''));
  return { proved: said.length - open.length, open: open.map(({ formattedMessage }) => formattedMessage) };
}

function solve(query: string): { contents: string } | { error: string } {
  const options = { input: query, encoding: 'utf8', timeout: QUERY_TIMEOUT_MS } as const;
  const { stdout, stderr } = spawnSync(z3, [...Z3_OPTIONS], options);
  return stdout ? { contents: stdout } : { error: stderr };
}

if (import.meta.main) {
  for (const target of TARGETS) {
    const { proved, open } = check(target);
    for (const message of open) console.log(message);
    console.log(`${target.file} (${target.engine}): ${proved} properties proved, ${open.length} not`);
    if (open.length > 0 || proved === 0) process.exitCode = 1;
  }
}
