/** A whole store as a process of its own: `node store.ts '{"config": ManagerConfig, "source": PATH, "ref": TEXT, "record": RecordMode}'`. */
import { BallastError } from '../../src/errors.ts';
import { ModelStorageManager } from '../../src/manager.ts';

const { config, source, ref, record } = JSON.parse(process.argv[2] ?? '{}');
const storage = new ModelStorageManager(config);
try {
  const { version } = await storage.storeModel(source, ref, { record });
  process.stdout.write(`${version}\n`);
} catch (error) {
  if (!(error instanceof BallastError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error.exit;
}
await storage.close();
