import type { ActivityAction } from '../../actions.ts';
import type { JobOptions } from '../../events.ts';
import type { Digest } from '../../ids/digest.ts';
import type { ModelName } from '../../ids/reference.ts';
import type { Reason } from '../../interfaces.ts';
import type { ChangePorts, Intention } from './change.ts';

export interface ActivityJob {
  readonly model: ModelName;
  readonly active: boolean;
  readonly reason: Reason;
  readonly report: Digest | null;
}

/** Makes a model resolve by exact version only, or undoes that. */
export async function activityIntention(
  ports: ChangePorts,
  { model: name, active, reason, report }: ActivityJob,
  options: JobOptions,
): Promise<Intention> {
  const model = await ports.registry.canonical(name, options);
  return {
    key: ['activity', model, String(active), reason, report ?? ''],
    async prepare(): Promise<ActivityAction | null> {
      const record = await ports.registry.model(model, options);
      if (record?.active === active) return null;
      return { kind: 'activity', model, active, reason, report };
    },
  };
}
