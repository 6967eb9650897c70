import { blocking, called, moreApprovers, note, specs, type Watch } from "./guard.js";

/** What nobody may switch without others looking at it. */
const switches = [
  "failsafeInboundHostPorts",
  "failsafeOutboundHostPorts",
  "interfacePrefix",
  "defaultEndpointToHostAction",
  "bpfEnabled",
  "nftablesMode",
  "programClusterRoutes",
  "iptablesBackend",
] as const;

/** felix restarts at every change of its configuration; some settings decide whether it enforces anything, or lets anybody in. */
export const watchFelix: Watch = (one) => {
  const { draft } = one;
  const { before, after } = specs(one);
  const touched = switches.filter((name) => JSON.stringify(after[name]) !== JSON.stringify(before[name]));
  const failsafe = touched.filter((name) => name.startsWith("failsafe"));
  const host = draft.name.startsWith("node.") ? draft.name.slice("node.".length) : null;
  const where = draft.name === "default" ? "on every host" : `on ${host ?? "its host"}`;
  const read = draft.name === "default" || host !== null;
  return [
    ...failsafe.map((name) => blocking(`${called(draft)} changes ${name}: these ports are what still lets anybody in after a mistake`)),
    ...touched
      .filter((name) => !name.startsWith("failsafe"))
      .map((name) => moreApprovers(`${called(draft)} changes ${name}, which decides how felix enforces anything`)),
    read
      ? moreApprovers(`${called(draft)} restarts felix ${where} (2-3 s, traffic goes on), whatever it changes`)
      : note(`felix reads \`default\` and \`node.<host>\` only: nobody reads \`${draft.name}\``),
  ];
};
