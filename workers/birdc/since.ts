/** A host's clock at the moment of asking. */
export interface HostClock {
  /** Epoch ms. */
  now: number;
  /** Minutes east of UTC. */
  zone: number;
}

/** `date '+%s.%N %z'`; null when it is something else. */
export function readClock(text: string): HostClock | null {
  const match = /^(\d{9,11})(?:\.(\d{1,9}))? ([+-])(\d{2})(\d{2})\s*$/.exec(text.trim());
  if (!match) return null;
  const [, seconds, fraction = "0", sign, hours, minutes] = match;
  const zone = (Number(hours) * 60 + Number(minutes)) * (sign === "-" ? -1 : 1);
  return { now: Number(seconds) * 1000 + Math.round(Number(`0.${fraction}`) * 1000), zone };
}

/** BIRD's `since` (clock time of the last day, or a date) as epoch ms by the host's clock; null when it is neither. */
export function sinceAt(since: string, clock: HostClock | null): number | null {
  if (!clock) return null;
  const date = /^(\d{4}-\d{2}-\d{2})(?: (\d{2}:\d{2}:\d{2})(?:\.\d+)?)?$/.exec(since);
  if (date) return Date.parse(`${date[1]}T${date[2] ?? "00:00:00"}Z`) - clock.zone * 60_000;
  const time = /^(\d{2}):(\d{2}):(\d{2})(?:\.\d+)?$/.exec(since);
  if (!time) return null;
  const local = new Date(clock.now + clock.zone * 60_000);
  const midnight = Date.UTC(local.getUTCFullYear(), local.getUTCMonth(), local.getUTCDate());
  const at = midnight + (Number(time[1]) * 3600 + Number(time[2]) * 60 + Number(time[3])) * 1000 - clock.zone * 60_000;
  // A time that is still to come was yesterday; two seconds of play, because BIRD's own rounding jitters.
  return at > clock.now + 2000 ? at - 86_400_000 : at;
}
