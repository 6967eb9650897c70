import { stringify } from "yaml";

/** A document as an article prints it, with what the card must say of it. */
interface Case {
  text: string;
  says: readonly string[];
  /** Guards are against it: nobody can approve it. */
  refused: boolean;
  /** Below Calico's resources in etcd. */
  path: string;
}

const v3 = (kind: string, metadata: object, spec: object): string =>
  stringify({ apiVersion: "projectcalico.org/v3", kind, metadata, spec });
const pool = (name: string, spec: object): string => v3("IPPool", { name }, spec);
const from = (app: string): object => ({ source: { selector: `app == '${app}'` } });

/** Whether the lab has an object of that path before anybody applies one. */
export const called = (path: string): boolean => path === "ippools/default-pool";

export const documents: Readonly<Record<string, Case>> = {
  "BGPPeer 192.168.10.254 AS 64512": {
    text: v3("BGPPeer", { name: "bgp-peer-1" }, { peerIP: "192.168.10.254", asNumber: 64512 }),
    says: ["so a BGPPeer takes effect there", "needs 2 approvals"],
    refused: false,
    path: "bgppeers/bgp-peer-1",
  },
  "IPPool 172.16.0.0/16 ipipMode Always": {
    text: pool("calico-pool", { cidr: "172.16.0.0/16", ipipMode: "Always", natOutgoing: true }),
    says: ["first pool with encapsulation", "felix restarts on every host", "natOutgoing"],
    refused: false,
    path: "ippools/calico-pool",
  },
  "IPPool 172.16.0.0/16 ipipMode CrossSubnet": {
    text: pool("calico-pool", { cidr: "172.16.0.0/16", ipipMode: "CrossSubnet" }),
    says: ["first pool with encapsulation"],
    refused: false,
    path: "ippools/calico-pool",
  },
  "IPPool 10.10.0.0/16 natOutgoing": {
    text: pool("default-ipv4-pool", { cidr: "10.10.0.0/16", ipipMode: "Always", natOutgoing: true }),
    says: ["natOutgoing"],
    refused: false,
    path: "ippools/default-ipv4-pool",
  },
  "NetworkPolicy web-db-policy in production": {
    text: v3(
      "NetworkPolicy",
      { name: "web-db-policy", namespace: "production" },
      { selector: "app == 'database'", ingress: [{ action: "Allow", ...from("web") }], egress: [{ action: "Allow" }] },
    ),
    says: ["selects no VM", "openstack"],
    refused: true,
    path: "networkpolicies/production/web-db-policy",
  },
  "NetworkPolicy deny-all-default in staging": {
    text: v3(
      "NetworkPolicy",
      { name: "deny-all-default", namespace: "staging" },
      { selector: "all()", ingress: [{ action: "Deny" }], egress: [{ action: "Allow" }] },
    ),
    says: ["selects no VM"],
    refused: true,
    path: "networkpolicies/staging/deny-all-default",
  },
  "NetworkPolicy frontend-allow-http in the VMs' namespace": {
    text: v3(
      "NetworkPolicy",
      { name: "frontend-allow-http", namespace: "openstack" },
      { selector: "app == 'frontend'", ingress: [{ action: "Allow", protocol: "TCP", destination: { ports: [80] } }] },
    ),
    says: ["selects nothing"],
    refused: false,
    path: "networkpolicies/openstack/frontend-allow-http",
  },
  "GlobalNetworkPolicy default-deny-all": {
    text: v3(
      "GlobalNetworkPolicy",
      { name: "default-deny-all" },
      { selector: "all()", ingress: [{ action: "Deny" }], egress: [{ action: "Allow" }] },
    ),
    says: [
      "drops all ingress of all 2 VM ports",
      "with or without an order it is evaluated before every security group",
      "established connections survive",
      "needs 2 approvals",
    ],
    refused: false,
    path: "globalnetworkpolicies/default-deny-all",
  },
  "a document that lost its indentation": {
    text: "apiVersion: projectcalico.org/v3\nkind: BGPPeer\nmetadata:\nname: bgp-peer-1\nspec:\npeerIP: 192.168.10.254\nasNumber: 64512",
    says: ["the indentation is lost"],
    refused: true,
    path: "bgppeers/bgp-peer-1",
  },
};
