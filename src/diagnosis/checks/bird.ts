import type { BirdDaemon, BirdSilence } from "../../cluster/bird.js";
import type { Host } from "../../cluster/inventory.js";
import type { Check } from "../facts.js";
import { type Draft, finding } from "../finding.js";

/** BIRD itself: stopped, dead, hung, or still waiting for peers after a restart. */
export const bird: Check = (facts) => {
  return facts.hosts
    .filter((host) => !host.maintenance)
    .flatMap((host): Draft[] => {
      const reading = facts.birds.get(host.name);
      if (!reading?.ok) return [];
      const silent = reading.value.silent.map((silence) => silenceFinding(host, silence));
      return [...silent, ...reading.value.daemons.flatMap((daemon) => recoveryFinding(host, daemon))];
    });
};

const how: Readonly<Record<BirdSilence["how"], string>> = {
  stopped: "is stopped (its socket is gone)",
  dead: "is dead (killed or crashed, its socket is left behind)",
  hung: "hangs (takes the question, never answers)",
  denied: "may not be asked (no right to its socket)",
  missing: "cannot be asked (no birdc there)",
  unreadable: "answers in a form that cannot be read",
};

function silenceFinding(host: Host, silence: BirdSilence): Draft {
  const down = ["stopped", "dead", "hung"].includes(silence.how);
  const who = host.role === "reflector" ? `route reflector ${host.name}` : host.name;
  return finding({
    id: `bird:${host.name}`,
    light: down ? "bad" : "unknown",
    text: `${who}: BIRD${silence.family === 6 ? " for IPv6" : ""} ${how[silence.how]}`,
    detail: silence.text === "" ? [] : [`birdc: ${silence.text}`],
    hosts: [host.name],
    weight: host.role === "reflector" ? 90 : 50,
    ...(host.role === "reflector" ? {} : { alike: `have a BIRD that ${how[silence.how]}` }),
  });
}

function recoveryFinding(host: Host, daemon: BirdDaemon): Draft[] {
  if (!daemon.recovery) return [];
  const { waitingFor, secondsLeft } = daemon.recovery;
  const left = secondsLeft === null ? "" : `, at most ${secondsLeft} s more`;
  const text = `${host.name}: BIRD is in graceful restart recovery, waiting for ${waitingFor ?? "some"} protocols${left}`;
  return [
    finding({
      id: `recovery:${host.name}`,
      light: "warn",
      text,
      detail: ["routes are not exchanged with the kernel meanwhile"],
      hosts: [host.name],
      alike: "have a BIRD in graceful restart recovery",
    }),
  ];
}
