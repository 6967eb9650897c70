import { z } from "zod";
import { felixAt } from "../../../src/calico/keys.js";
import type { History } from "../../../src/cluster/history.js";

/** As felix writes it; `uptime` in seconds. */
const Status = z.object({ uptime: z.number() });

/** So many starts and silences are kept. */
const most = 10_000;

/** When felix started and fell silent on each host, as its status keys tell: the uptime in them only rises while one felix lives. */
export class Lives {
  readonly #uptimes = new Map<string, number>();
  #starts: History["starts"] = [];
  #silences: History["silences"] = [];

  /** `value` null = the key is gone. Whatever is no status key is passed over. */
  seen(key: string, value: string | null, now: number): void {
    const place = felixAt(key);
    if (place === null) return;
    if (value === null) this.#gone(key, place, now);
    else this.#reported(key, place, { uptime: uptimeIn(value), now });
  }

  /** Keys that were there and are not among these are gone. */
  listed(present: ReadonlySet<string>, now: number): void {
    for (const key of this.#uptimes.keys()) if (!present.has(key)) this.seen(key, null, now);
  }

  forget(before: number): void {
    this.#starts = this.#starts.filter(({ at }) => at >= before).slice(-most);
    this.#silences = this.#silences.filter(({ from, to }) => to === null || from >= before).slice(-most);
  }

  since(at: number): Pick<History, "starts" | "silences"> {
    const starts = this.#starts.filter((one) => one.at >= at).toSorted((a, b) => b.at - a.at);
    return { starts, silences: this.#silences.filter(({ from, to }) => (to ?? from) >= at).toReversed() };
  }

  #open({ region, host }: Place): History["silences"][number] | undefined {
    return this.#silences.findLast((one) => one.region === region && one.host === host && one.to === null);
  }

  #gone(key: string, place: Place, now: number): void {
    if (this.#uptimes.has(key) && this.#open(place) === undefined) this.#silences.push({ ...place, from: now, to: null });
  }

  #reported(key: string, place: Place, { uptime, now }: { uptime: number | null; now: number }): void {
    const silent = this.#open(place);
    if (silent !== undefined) silent.to = now;
    if (uptime === null) return;
    const before = this.#uptimes.get(key);
    if (before === undefined || uptime <= before) this.#starts.push({ ...place, at: Math.round(now - uptime * 1000) });
    this.#uptimes.set(key, uptime);
  }
}

type Place = NonNullable<ReturnType<typeof felixAt>>;

function uptimeIn(value: string): number | null {
  try {
    return Status.parse(JSON.parse(value)).uptime;
  } catch {
    return null;
  }
}
