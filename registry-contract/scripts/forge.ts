/** `node registry-contract/scripts/forge.ts test …`: forge with these arguments; FOUNDRY_PROFILE names another profile. */
import { forge } from './foundry.ts';

const { stdout, stderr, exitCode } = await forge(process.argv.slice(2), process.env.FOUNDRY_PROFILE);
process.stdout.write(stdout);
process.stderr.write(stderr);
process.exitCode = exitCode ?? 1;
