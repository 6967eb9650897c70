import type { Section } from "../contract/view.js";
import { list } from "./say.js";
import { quoted, type VmPort } from "./vm-port.js";

const mostShown = 20;

/** One VM port as facts. */
export function vmFacts(vm: VmPort): Section {
  const sides = [side("etcd", vm.inEtcd), side("Neutron", vm.inNeutron)].join(", ");
  const facts = [
    {
      label: "network",
      value: `${vm.network ?? "unknown"}: ${[...vm.addresses, ...vm.floating.map((ip) => `${ip} (floating)`)].join(", ") || "no address"}`,
    },
    { label: "security groups", value: vm.groups.join(", ") || "none" },
    { label: "project", value: vm.project ?? "unknown" },
    { label: "host", value: vm.host ?? "not bound, or hidden from the bot's user" },
    { label: "state", value: `Neutron ${vm.status ?? "-"}, felix ${vm.felix ?? "-"}${felix(vm)}` },
    { label: "instance", value: vm.instance || "-" },
    { label: "port", value: vm.port },
    { label: "known to", value: sides },
  ];
  return { kind: "facts", title: "the VM", facts };
}

const side = (name: string, known: boolean | null): string => (known === null ? `${name} not known` : known ? name : `not ${name}`);
const felix = ({ felixAlive }: VmPort): string => (felixAlive === null ? "" : felixAlive ? " and alive" : ", silent");

/** `network "tenant", security group "web"`, as a second line. */
export function sayPlace(vm: VmPort): string {
  const groups = vm.groups.length === 0 ? "no security group" : `security group${vm.groups.length === 1 ? "" : "s"} ${quoted(vm.groups)}`;
  return `${vm.network === null ? "network unknown" : `network "${vm.network}"`}, ${groups}`;
}

/** Several VM ports, a row each. */
export function vmTable(vms: readonly VmPort[]): Section {
  return {
    kind: "table",
    title: vms.length > mostShown ? `VM ports (${mostShown} of ${vms.length})` : "VM ports",
    columns: [{ title: "name" }, { title: "project" }, { title: "host" }, { title: "addresses" }, { title: "state" }, { title: "port" }],
    rows: vms
      .slice(0, mostShown)
      .map((vm) => [
        vm.name ?? vm.instance,
        vm.project ?? "?",
        vm.host ?? "-",
        list([...vm.addresses, ...vm.floating], 3),
        vm.status ?? vm.felix ?? "?",
        vm.port,
      ]),
  };
}
