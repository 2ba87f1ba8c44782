import { execFileSync } from 'node:child_process';
import { readFileSync, statfsSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';

/** What absolute figures depend on. */
export function machineFacts(folder: string): string[] {
  const [model] = cpus();
  const type = execFileSync('stat', ['-f', '-c', '%T', folder], { encoding: 'utf8' }).trim();
  const flags = /^flags\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1] ?? '';
  const free = statfsSync(folder);
  return [
    `${availableParallelism()} cores, ${model?.model ?? 'unknown'}${flags.includes(' sha_ni') ? ' with SHA-NI' : ''}`,
    `${(totalmem() / 2 ** 30).toFixed(0)} GiB memory, ${type}, ${((free.bavail * free.bsize) / 1e9).toFixed(0)} GB free`,
    `Linux ${release()}, Node ${process.version}`,
    `load before the run ${loadavg()[0]?.toFixed(2)}`,
  ];
}
