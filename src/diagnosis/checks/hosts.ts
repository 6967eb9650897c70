import type { Check } from "../facts.js";
import { type Draft, finding } from "../finding.js";
import { count } from "../say.js";

/** Hosts that could not be asked over SSH: gone, hung, refusing us; or slow, which does not explain that anything else is missing. */
export const hosts: Check = (facts) => {
  return facts.hosts
    .filter((host) => !host.maintenance)
    .flatMap((host): Draft[] => {
      const reading = facts.birds.get(host.name);
      if (!reading || reading.ok) return [];
      const { code, message } = reading.failure;
      const id = `host:${host.name}`;
      const about = { id, hosts: [host.name] };
      if (code === "timeout") {
        return [
          finding({
            ...about,
            light: "warn",
            text: `${host.name} is slow over SSH`,
            detail: [message],
            weight: 50,
            alike: "are slow over SSH",
          }),
        ];
      }
      if (code !== "unreachable") {
        return [finding({ ...about, light: "unknown", text: `${host.name} could not be asked: ${message}` })];
      }
      const vms = facts.datastore.ok ? (facts.datastore.value.workloads.get(host.name) ?? 0) : 0;
      const hit = vms > 0 ? [`${count(vms, "VM")} on it`] : [];
      return [
        finding({
          ...about,
          light: "bad",
          text: `${host.name} does not answer SSH`,
          detail: [message, ...hit],
          weight: 100 + vms,
          alike: "do not answer SSH",
        }),
      ];
    });
};
