import type { Check } from "../facts.js";
import { finding } from "../finding.js";
import { ago } from "../say.js";

/** Host clocks against the worker's: skew makes key ages and certificate checks lie. */
export const clocks: Check = (facts) => {
  return facts.hosts.flatMap((host) => {
    const reading = facts.birds.get(host.name);
    const offset = reading?.ok ? reading.value.clockOffset : null;
    if (offset === null || host.maintenance || Math.abs(offset) <= facts.thresholds.clockSkew) return [];
    const text = `the clock of ${host.name} is ${ago(Math.abs(offset))} ${offset > 0 ? "ahead" : "behind"}`;
    const about = { id: `clock:${host.name}`, hosts: [host.name], alike: "have a clock that differs from the worker's" };
    return [finding({ ...about, light: "warn", text, detail: ["compared with the worker's clock"] })];
  });
};
