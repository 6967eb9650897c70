interface Told {
  /** With its namespace in front, if it has one: `openstack/web`. */
  name: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  spec?: Record<string, unknown>;
}

/** Stored objects of a kind, as keys and values of etcd. */
export function v3Keys(plural: string, n: number, told: (i: number) => Told): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: n }, (_, i) => {
      const { name: path, labels, annotations, spec = {} } = told(i);
      const [name = "", namespace] = path.split("/").toReversed();
      const metadata = { name, namespace, labels, annotations };
      const kind = names[plural] ?? plural;
      return [
        `/calico/resources/v3/projectcalico.org/${plural}/${path}`,
        JSON.stringify({ kind, apiVersion: "projectcalico.org/v3", metadata, spec }),
      ];
    }),
  );
}

const names: Readonly<Record<string, string>> = {
  workloadendpoints: "WorkloadEndpoint",
  hostendpoints: "HostEndpoint",
  networkpolicies: "NetworkPolicy",
  globalnetworkpolicies: "GlobalNetworkPolicy",
  tiers: "Tier",
  bgppeers: "BGPPeer",
  ippools: "IPPool",
  nodes: "Node",
  felixconfigurations: "FelixConfiguration",
  profiles: "Profile",
};
