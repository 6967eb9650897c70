import { overlaps, parseCidr } from "../../calico/cidr.js";
import { part } from "../../calico/part.js";
import { blocking, type Case, called, moreApprovers, note, type Watch } from "./guard.js";

/** Pools act on VMs' traffic even where Neutron assigns the addresses. */
export const watchPool: Watch = (one) => {
  const { draft, change, world } = one;
  if (change.action === "none") return [];
  const spec = part(draft.object["spec"]);
  const cidr = parseCidr(String(spec["cidr"]));
  const others = world.pools.filter(({ name }) => name !== draft.name);
  const crossing = cidr === null ? [] : others.filter((pool) => overlaps(pool.cidr, cidr));
  return [
    ...crossing.map((pool) => blocking(`${called(draft)} overlaps ${pool.name} (${pool.cidr.text}): calicoctl refuses it`)),
    ...changed(one),
    ...encapsulation(one, others),
    ...(spec["natOutgoing"] === true
      ? [
          moreApprovers(
            `${called(draft)} has natOutgoing: felix hides its VMs behind the hosts' addresses towards everything outside the pools`,
          ),
        ]
      : []),
  ];
};

function changed({ draft, change, world }: Case): ReturnType<Watch> {
  if (change.action !== "update") return [];
  const before = world.pools.find(({ name }) => name === draft.name);
  const cidr = parseCidr(String(part(draft.object["spec"])["cidr"]));
  if (before === undefined || cidr === null || before.cidr.text === cidr.text) return [];
  return [blocking(`${called(draft)} would change its prefix from ${before.cidr.text} to ${cidr.text}: calicoctl refuses it`)];
}

function encapsulation({ draft }: Case, others: Case["world"]["pools"]): ReturnType<Watch> {
  const spec = part(draft.object["spec"]);
  const modes = [spec["ipipMode"], spec["vxlanMode"]].filter((mode) => mode !== undefined && mode !== "Never");
  if (modes.length === 0 || others.some(({ encapsulated }) => encapsulated)) return [];
  return [moreApprovers(`${called(draft)} is the first pool with encapsulation: felix restarts on every host (2-3 s, traffic goes on)`)];
}

/** BIRD is not told by Calico where Calico came from packages. */
export const watchBgp: Watch = ({ draft, change }) => {
  if (change.action === "none") return [];
  const everywhere = draft.kind === "BGPConfiguration" && draft.name === "default";
  return [
    blocking(
      `${called(draft)} changes nothing on hosts whose BIRD is configured by files: \`get ${draft.kind}\` shows whether any host takes it`,
    ),
    ...(everywhere ? [moreApprovers(`${called(draft)} is for every host that takes it`)] : []),
  ];
};

export const watchNode: Watch = ({ draft, change, world }) => {
  const count = world.endpointsOn.get(draft.name) ?? 0;
  if (change.action === "none") return [];
  return [
    moreApprovers(`${called(draft)} has ${count} ${count === 1 ? "endpoint" : "endpoints"}: its address decides where their traffic goes`),
  ];
};

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

export const watchFelix: Watch = ({ draft, change, stored }) => {
  if (change.action === "none") return [];
  const spec = part(draft.object["spec"]);
  const before = part(stored?.value["spec"]);
  const touched = switches.filter((name) => JSON.stringify(spec[name]) !== JSON.stringify(before[name]));
  const failsafe = touched.filter((name) => name.startsWith("failsafe"));
  const where = draft.name === "default" ? "on every host" : "on its host";
  return [
    ...failsafe.map((name) => blocking(`${called(draft)} changes ${name}: these ports are what still lets anybody in after a mistake`)),
    ...touched
      .filter((name) => !name.startsWith("failsafe"))
      .map((name) => moreApprovers(`${called(draft)} changes ${name}, which decides how felix enforces anything`)),
    moreApprovers(`${called(draft)} restarts felix ${where} (2-3 s, traffic goes on), whatever it changes`),
    ...(draft.name === "default" || draft.name.startsWith("node.")
      ? []
      : [note(`felix reads \`default\` and \`node.<host>\` only: nobody reads \`${draft.name}\``)]),
  ];
};
