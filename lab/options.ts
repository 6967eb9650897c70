import { type Command, InvalidArgumentError, Option } from "commander";
import type { BirdStyle } from "./hosts/bird.js";

/** How large a site is and how fast its clocks run; the same flags for the lab and the demo. */
export interface SiteOptions {
  /** Hosts in all. */
  hosts: number;
  names: BirdStyle["names"];
  /** Seconds that a felix key lives; felix writes it three times as often. A real one: 90. */
  felixTtl: number;
  /** Seconds after which Neutron calls an agent dead. A real one: 75. */
  agentDownTime: number;
}

/** A site that is up in seconds and notices a death in seconds. */
export const plainSite: SiteOptions = { hosts: 4, names: "calico", felixTtl: 9, agentDownTime: 8 };

export function withSiteOptions(command: Command): Command {
  const number = (flag: string, text: string, { least, most, preset }: { least: number; most: number; preset: number }): Option =>
    new Option(flag, text).default(preset).argParser((value) => whole(value, least, most));
  return command
    .addOption(number("--hosts <n>", "hosts in all", { least: 4, most: 64, preset: plainSite.hosts }))
    .addOption(new Option("--names <style>", "how BIRD's protocols are named").choices(["calico", "bare"]).default(plainSite.names))
    .addOption(
      number("--felix-ttl <s>", "seconds that a felix key lives (90 in the field)", { least: 3, most: 900, preset: plainSite.felixTtl }),
    )
    .addOption(
      number("--agent-down-time <s>", "seconds until Neutron calls an agent dead (75 in the field)", {
        least: 3,
        most: 900,
        preset: plainSite.agentDownTime,
      }),
    );
}

function whole(value: string, least: number, most: number): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < least || number > most)
    throw new InvalidArgumentError(`a whole number from ${least} to ${most} is wanted.`);
  return number;
}

/** The same as the site is made from. */
export function raisingOf({ hosts, names, felixTtl, agentDownTime }: SiteOptions): {
  hosts: number;
  bird: { names: BirdStyle["names"] };
  felix: { ttl: number; every: number };
  agentDownTime: number;
} {
  return { hosts, bird: { names }, felix: { ttl: felixTtl, every: Math.max(1, Math.round(felixTtl / 3)) }, agentDownTime };
}
