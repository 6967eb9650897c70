import { endpointName } from "../../src/calico/names.js";
import type { Answer } from "../../src/cluster/ask.js";
import type { BirdRoute, BirdRoutes, BirdSilence } from "../../src/cluster/bird.js";
import type { KernelLookup, KernelRoute } from "../../src/cluster/host.js";
import { now } from "./facts.js";

/** Builders for tests about one VM address, 10.65.0.12 on c2. */
export const address = "10.65.0.12";
export const port = "0b1c2d3e-1111-4222-8333-444455556666";
export const instance = "3f8f1b5e-6a5a-4b4b-8c8c-9d9d9d9d9d9d";

/** A path that BGP brought from the host with this address. */
export function path(nextHop: string, change: Partial<BirdRoute> = {}): BirdRoute {
  return {
    prefix: `${address}/32`,
    kind: "unicast",
    nextHop,
    bgpNextHop: null,
    device: "eth0",
    protocol: `Mesh_${nextHop.replaceAll(".", "_")}`,
    source: "bgp",
    from: null,
    since: "02:00:00",
    best: true,
    refused: false,
    preference: 100,
    localPref: 100,
    asPath: "",
    originator: null,
    metric: null,
    ...change,
  };
}

/** A route that felix put into the kernel. */
export const local = (device: string, change: Partial<BirdRoute> = {}): BirdRoute =>
  path("", {
    nextHop: null,
    device,
    protocol: "kernel1",
    source: "kernel",
    preference: 10,
    localPref: null,
    asPath: null,
    metric: 0,
    ...change,
  });
export const byDefault = (): BirdRoute => local("eth0", { prefix: "0.0.0.0/0", nextHop: "10.0.0.254" });
export const bird = (...routes: BirdRoute[]): Answer<BirdRoutes> => ({ ok: true, value: { routes, inside: null, silent: null } });
export const silent = (how: BirdSilence["how"]): Answer<BirdRoutes> => ({
  ok: true,
  value: { routes: [], inside: null, silent: { family: 4, how, text: "" } },
});

/** A kernel whose longest route is this one, with the default route below it. */
export function kernel(change: Partial<KernelRoute>): Answer<KernelLookup> {
  const base: KernelRoute = {
    prefix: `${address}/32`,
    kind: "unicast",
    gateway: null,
    hops: 1,
    device: "eth0",
    protocol: "bird",
    metric: null,
    flags: [],
  };
  const first = { ...base, ...change };
  const last = { ...base, prefix: "0.0.0.0/0", gateway: "10.0.0.254", protocol: null };
  return { ok: true, value: { used: first, refusal: null, matching: first.prefix === last.prefix ? [first] : [first, last] } };
}
export const onTap = (device = "tap0b1c2d3e-11"): Answer<KernelLookup> => kernel({ device, protocol: null });
export const onDefault = (): Answer<KernelLookup> => kernel({ prefix: "0.0.0.0/0", gateway: "10.0.0.254", protocol: null });

interface Port {
  host?: string;
  port?: string;
  vm?: string | null;
  addresses?: string[];
  floating?: string;
}

/** A workload endpoint as Neutron's driver writes it, by its key. */
export function endpoint(of: Port = {}): Record<string, string> {
  const { host = "c2", port: id = port, vm = "web-1", addresses = [address], floating } = of;
  const name = endpointName({ node: host, orchestrator: "openstack", workload: instance, endpoint: id });
  const value = {
    kind: "WorkloadEndpoint",
    metadata: {
      name,
      namespace: "openstack",
      labels: { "projectcalico.org/openstack-project-name": "shop" },
      annotations: vm === null ? {} : { "openstack.projectcalico.org/fqdn": `${vm}.example.` },
    },
    spec: {
      orchestrator: "openstack",
      workload: instance,
      node: host,
      endpoint: id,
      interfaceName: `tap${id.slice(0, 11)}`,
      ipNetworks: addresses.map((each) => `${each}/${each.includes(":") ? 128 : 32}`),
      ipNATs: floating === undefined ? [] : [{ internalIP: addresses[0], externalIP: floating }],
    },
  };
  return { [`/calico/resources/v3/projectcalico.org/workloadendpoints/openstack/${name}`]: JSON.stringify(value) };
}

/** Felix' keys of a host: alive, unless told otherwise, and calling the port so. */
export function felixKeys(
  host: string,
  { alive = true, status = "up" }: { alive?: boolean; status?: string } = {},
): Record<string, string> {
  const base = `/calico/felix/v2/no-region/host/${host}`;
  const said = JSON.stringify({ time: new Date(now - 4000).toISOString(), uptime: 100, first_update: false });
  return {
    ...(alive ? { [`${base}/status`]: said } : {}),
    [`${base}/last_reported_status`]: said,
    [`${base}/workload/openstack/openstack%2f${instance}/endpoint/${port}`]: JSON.stringify({ status }),
  };
}
