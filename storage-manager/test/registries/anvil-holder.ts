/** Starts anvil, prints its URL and waits to be killed. */
import { startAnvil } from '../../src/registries/embedded/anvil.ts';

const anvil = await startAnvil(['--accounts', '0']);
console.log(anvil.url);
setInterval(() => undefined, 60_000);
