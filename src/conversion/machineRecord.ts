import { arch, cpus, platform, totalmem } from 'node:os';
import type { MachineRecord } from '../shared/evidence.ts';

/** The machine this runs on, for Evidence and prompt. */
export function describeMachine(): MachineRecord {
  const processors = cpus();
  return {
    platform: platform(),
    architecture: arch(),
    cpu: processors[0]?.model.trim() ?? 'unknown processor',
    cores: processors.length,
    memoryBytes: totalmem(),
  };
}
