import { median } from 'simple-statistics';
import type { Evidence } from '../shared/evidence.ts';

/** How the conversions of one converter went so far. */
export interface TrackRecord {
  /** Conversions that came to an end of their own. */
  readonly converted: number;
  readonly equal: number;
  /** Median of the speed-ups that were measured. */
  readonly medianSpeedUp?: number;
  /** US dollars over all attempts; absent when nothing cost anything that is known. */
  readonly costUsd?: number;
}

/** What the history tells of each converter, by its id. Pure. */
export function trackRecords(history: readonly Evidence[]): ReadonlyMap<string, TrackRecord> {
  const byConverter = new Map<string, Evidence[]>();
  for (const evidence of history) {
    if (evidence.status !== 'succeeded' && evidence.status !== 'failed') continue;
    byConverter.set(evidence.converterId, [...(byConverter.get(evidence.converterId) ?? []), evidence]);
  }
  return new Map([...byConverter].map(([id, records]) => [id, trackRecord(records)]));
}

function trackRecord(records: readonly Evidence[]): TrackRecord {
  const speedUps = records.flatMap(({ benchmark }) => benchmark?.speedUp ?? []);
  const costs = records.flatMap(({ attempts }) => attempts.flatMap(({ converter }) => converter?.costUsd ?? []));
  return {
    converted: records.length,
    equal: records.filter(({ verification }) => verification?.outcome === 'equal').length,
    ...(speedUps.length > 0 && { medianSpeedUp: median(speedUps) }),
    ...(costs.length > 0 && { costUsd: costs.reduce((sum, cost) => sum + cost, 0) }),
  };
}
