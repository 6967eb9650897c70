import type { Json } from "../input/decode.js";
import { specOf, text } from "./members.js";
import { metadata } from "./metadata.js";
import { byTag, type Wrong } from "./wrong.js";

/** Fields that take certain words only: pattern and tag. */
const words: Readonly<Record<string, readonly [RegExp, string]>> = {
  iptablesBackend: [/^(Auto|NFT|Legacy)?$/, "iptablesBackend"],
  chainInsertMode: [/^(Insert|Append)$/i, "omitempty"],
  defaultEndpointToHostAction: [/^(Drop|Accept|Return)$/, "dropAcceptReturn"],
  iptablesFilterAllowAction: [/^(Accept|Return)$/, "acceptReturn"],
  iptablesMangleAllowAction: [/^(Accept|Return)$/, "acceptReturn"],
  iptablesFilterDenyAction: [/^(Drop|Reject)$/, "dropReject"],
  logSeverityFile: [/^(Trace|Debug|Info|Warning|Error|Fatal)$/, "logLevel"],
  logSeverityScreen: [/^(Trace|Debug|Info|Warning|Error|Fatal)$/, "logLevel"],
  logSeveritySys: [/^(Trace|Debug|Info|Warning|Error|Fatal)$/, "logLevel"],
  bpfLogLevel: [/^(Debug|Info|Off)$/, "bpfLogLevel"],
  bpfExternalServiceMode: [/^(Tunnel|DSR)$/, "bpfServiceMode"],
  bpfConnectTimeLoadBalancing: [/^(Disabled|Enabled|TCP)$/, "bpfConnectTimeLoadBalancing"],
  bpfHostNetworkedNATWithoutCTLB: [/^(Disabled|Enabled)$/, "bpfHostNetworkedNATWithoutCTLB"],
  prometheusMetricsHost: [/^[a-zA-Z0-9:._+-]{1,64}$/, "prometheusHost"],
};

export function felixConfiguration(object: Json): Wrong[] {
  const spec = specOf(object);
  const wrong = Object.entries(words).filter(([name, [pattern]]) => text(spec, name) !== "" && !pattern.test(text(spec, name)));
  return [...metadata(object), ...wrong.map(([name, [, tag]]) => byTag(goName(name), text(spec, name), tag)), ...region(spec)];
}

/** A field as Go spells it. */
const goName = (name: string): string =>
  name.startsWith("bpf") ? `BPF${name.slice(3)}` : `${name.charAt(0).toUpperCase()}${name.slice(1)}`;

function region(spec: Json): Wrong[] {
  const value = text(spec, "openstackRegion");
  if (value === "" || /^[a-z0-9]([-a-z0-9]{0,44}[a-z0-9])?$/.test(value)) return [];
  return [{ name: "OpenstackRegion", value, reason: value.length > 46 ? "is too long" : "must be a valid DNS label" }];
}
