import type { Command } from 'commander';
import { addChangeFlags, addReasonFlags, type ChangeFlags, type ReasonFlags } from '../change/options.ts';
import { reportDigest } from '../change/report.ts';
import { runChange } from '../change/run.ts';

const COMMANDS = [
  { name: 'deactivate', active: false, text: 'let a model resolve by exact version only' },
  { name: 'reactivate', active: true, text: 'let its channels resolve again' },
] as const;

export function addModel(program: Command): void {
  const model = program.command('model').description('take a whole model out of use, or back into it');
  for (const { name, active, text } of COMMANDS) {
    const command = model.command(name).description(text).argument('<model>', 'the model');
    addChangeFlags(addReasonFlags(command)).action((of: string, flags: ChangeFlags & ReasonFlags) =>
      setActive(of, active, flags),
    );
  }
}

async function setActive(model: string, active: boolean, flags: ChangeFlags & ReasonFlags): Promise<void> {
  const { reason } = flags;
  await runChange(
    flags,
    async (session, options) => {
      const digest = await reportDigest(session, flags.report);
      return session.storage.releases.setActive(model, active, { ...options, reason, reportDigest: digest });
    },
    (result) => ({ done: active ? 'active' : 'inactive', what: result.model }),
  );
}
