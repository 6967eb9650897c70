import { endpointName } from "../../src/calico/names.js";
import { vmLabels } from "../../src/calico/resource.js";
import { region, stableId, subnet, tapOf, type Workload } from "../site.js";
import type { Site } from "./site.js";

const v3 = "/calico/resources/v3/projectcalico.org";
const api = { apiVersion: "projectcalico.org/v3" };
const made = "2026-01-01T00:00:00Z";

/** Everything that Neutron's Calico driver, a cluster's first `calicoctl apply` and its people leave in etcd. */
export function keyspace(workloads: readonly Workload[]): Map<string, unknown> {
  const keys = new Map<string, unknown>();
  const put = (plural: string, name: string, object: object): void => void keys.set(`${v3}/${plural}/${name}`, object);
  put("clusterinformations", "default", {
    kind: "ClusterInformation",
    ...api,
    metadata: meta("default"),
    spec: { clusterGUID: stableId("cluster").replaceAll("-", ""), clusterType: "openstack", datastoreReady: true },
  });
  put("felixconfigurations", "default", {
    kind: "FelixConfiguration",
    ...api,
    metadata: meta("default"),
    spec: { endpointReportingEnabled: true, interfacePrefix: "tap" },
  });
  for (const [name, order, defaultAction] of tiers)
    put("tiers", name, { kind: "Tier", ...api, metadata: meta(name), spec: { order, defaultAction }, status: {} });
  put("ippools", "default-pool", { kind: "IPPool", ...api, metadata: meta("default-pool"), spec: pool });
  put("globalnetworkpolicies", "allow-monitoring", {
    kind: "GlobalNetworkPolicy",
    ...api,
    metadata: policyMeta("allow-monitoring"),
    spec: monitoring,
  });
  for (const workload of workloads) put("workloadendpoints", `openstack/${nameOf(workload)}`, endpoint(workload));
  for (const group of groupsOf(workloads)) put("networkpolicies", `openstack/ossg.default.${group.id}`, securityGroup(group));
  const first = workloads[0];
  if (first)
    keys.set(`/calico/dhcp/v2/${region}/subnet/${first.subnetId}`, {
      network_id: first.networkId,
      cidr: subnet.cidr,
      host_routes: [],
      gateway_ip: subnet.gateway,
      dns_servers: [],
    });
  return keys;
}

/** Writes the keyspace into the site's etcd. */
export async function seed(site: Site, workloads: readonly Workload[]): Promise<void> {
  const entries = [...keyspace(workloads)].map(([key, value]) => ({
    requestPut: { key: base64(key), value: base64(JSON.stringify(value)) },
  }));
  for (let i = 0; i < entries.length; i += 100) {
    const body = JSON.stringify({ success: entries.slice(i, i + 100) });
    const { code, stdout, stderr } = await site.exec(
      "ctl1",
      [
        "curl",
        "-sf",
        "--max-time",
        "5",
        "--retry",
        "20",
        "--retry-connrefused",
        "--retry-delay",
        "0",
        "-d",
        "@-",
        "http://127.0.0.1:2379/v3/kv/txn",
      ],
      { stdin: body },
    );
    if (code !== 0 || !stdout.includes("succeeded")) throw new Error(`seeding etcd failed (${code}): ${stderr}${stdout}`);
  }
}

const base64 = (text: string): string => Buffer.from(text).toString("base64");
const meta = (name: string) => ({ name, uid: stableId(`uid ${name}`), creationTimestamp: made });
const policyMeta = (name: string) => ({
  ...meta(name),
  labels: { "projectcalico.org/tier": "platform" },
  annotations: { "projectcalico.org/metadata": JSON.stringify({ name }) },
});
const tiers: readonly [string, number, string][] = [
  ["kube-admin", 1000, "Pass"],
  ["platform", 500_000, "Pass"],
  ["default", 1_000_000, "Deny"],
  ["kube-baseline", 10_000_000, "Pass"],
];
const pool = {
  cidr: subnet.pool,
  vxlanMode: "Never",
  ipipMode: "Never",
  natOutgoing: false,
  blockSize: 26,
  nodeSelector: "all()",
  allowedUses: ["Workload", "Tunnel"],
};
const monitoring = {
  tier: "platform",
  order: 100,
  ingress: [{ action: "Allow", protocol: "TCP", source: { nets: ["192.168.10.0/24"] }, destination: { ports: [9100] } }],
  selector: "all()",
  types: ["Ingress"],
};

const nameOf = ({ host, deviceId, portId }: Workload): string =>
  endpointName({ node: host, orchestrator: "openstack", workload: deviceId, endpoint: portId });

function endpoint(workload: Workload): object {
  const labels = Object.fromEntries(
    workload.securityGroups.flatMap(({ id, name }) => [
      [`${vmLabels.groupPrefix}${id}`, name],
      [`sg-name.projectcalico.org/openstack-${name}`, id],
    ]),
  );
  return {
    kind: "WorkloadEndpoint",
    ...api,
    metadata: {
      ...meta(nameOf(workload)),
      namespace: "openstack",
      annotations: { [vmLabels.networkId]: workload.networkId },
      labels: {
        ...labels,
        "projectcalico.org/namespace": "openstack",
        "projectcalico.org/orchestrator": "openstack",
        [vmLabels.projectId]: workload.projectId,
        [vmLabels.projectName]: workload.projectName,
      },
    },
    spec: {
      orchestrator: "openstack",
      workload: workload.deviceId,
      node: workload.host,
      endpoint: workload.portId,
      interfaceName: tapOf(workload),
      mac: workload.mac,
      ipNetworks: [`${workload.address}/32`],
      allowedIps: [],
      ipv4Gateway: subnet.gateway,
    },
  };
}

function groupsOf(workloads: readonly Workload[]): { id: string; name: string }[] {
  return [...new Map(workloads.flatMap(({ securityGroups }) => securityGroups).map((group) => [group.id, group])).values()];
}

/** As the driver writes it: no tier, no order, no types. */
function securityGroup({ id, name }: { id: string; name: string }): object {
  const port = name === "db" ? 5432 : 80;
  const nets = ["0.0.0.0/0"];
  return {
    kind: "NetworkPolicy",
    ...api,
    metadata: { ...meta(`ossg.default.${id}`), namespace: "openstack" },
    spec: {
      ingress: [
        { action: "Allow", ipVersion: 4, protocol: 6, destination: { ports: [port] }, source: { nets } },
        { action: "Allow", ipVersion: 4, protocol: "ICMP", source: { nets } },
      ],
      egress: [{ action: "Allow", ipVersion: 4 }],
      selector: `has(sg.projectcalico.org/openstack-${id})`,
    },
  };
}
