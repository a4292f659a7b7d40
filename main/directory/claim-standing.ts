import type { ClaimRecord } from './claim-record.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** DESIGN: a name stays its owner's for this long after the last heartbeat, so a holiday loses nobody's name. */
export const reservationMs = 180 * dayMs;
/** After that, so long again it still is the old owner's who comes back, while those who want the name wait beside it. */
export const contestMs = 14 * dayMs;
/** A sign of life within this time: the owner is around, and the door in the record is likely the current one. */
export const freshMs = 72 * hourMs;
/** Clocks of personal computers are rarely further off; a heartbeat from beyond would outlive its owner. */
export const clockToleranceMs = hourMs;

export const isFromTheFuture = ({ heartbeatMs }: ClaimRecord, nowMs: number): boolean => heartbeatMs > nowMs + clockToleranceMs;

const reservedUntil = ({ heartbeatMs }: ClaimRecord): number => heartbeatMs + reservationMs;

/** When nothing is left of it, for anybody. A release is kept as long as what it ends could come back. */
export const endOf = (record: ClaimRecord): number => reservedUntil(record) + contestMs;

/** The reservation is over and the owner was not heard of since: others may wait for the name, until `endOf`. */
export const isContested = (record: ClaimRecord, nowMs: number): boolean =>
  !record.released && reservedUntil(record) <= nowMs && nowMs < endOf(record);

/** Binding for everybody else: not given back, not lapsed, not from the future. */
export const isHolding = (record: ClaimRecord, nowMs: number): boolean =>
  !record.released && !isFromTheFuture(record, nowMs) && nowMs < reservedUntil(record);

export const freshUntil = ({ heartbeatMs }: ClaimRecord): number => heartbeatMs + freshMs;

export const isFresh = (record: ClaimRecord, nowMs: number): boolean => isHolding(record, nowMs) && nowMs < freshUntil(record);

/**
 * Which of two records of the same account is the newer one; negative if `left` is older. What the root says comes first
 * (the claim, then which devices it revoked), then the device's own count: a lost device can't outbid its replacement.
 */
export function compareAge(left: ClaimRecord, right: ClaimRecord): number {
  return (
    left.sequence - right.sequence ||
    left.certificate.floor - right.certificate.floor ||
    left.refreshSequence - right.refreshSequence ||
    left.heartbeatMs - right.heartbeatMs
  );
}
