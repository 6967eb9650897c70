import type { Json } from "../input/decode.js";
import { metadataOf, struct, text } from "./members.js";
import type { Wrong } from "./wrong.js";

export const label = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const subdomain = `${label}(\\.${label})*`;
const qualified = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
const longest = 253;

/** What every object's metadata must keep to. */
export function metadata(object: Json): Wrong[] {
  const own = metadataOf(object);
  const name = text(own, "name");
  const labels = Object.entries(struct(own, "labels") as Record<string, string>);
  const annotations = Object.keys(struct(own, "annotations"));
  return [
    ...tooLong(name, longest),
    ...unless(new RegExp(`^${subdomain}$`).test(name), {
      name: "Metadata.Name",
      value: name,
      reason: `name must consist of lower case alphanumeric characters, '-' or '.' (regex: ${subdomain})`,
    }),
    ...annotations.flatMap((key) =>
      keyFaults(key.toLowerCase()).map((reason) => ({ name: "Metadata.Annotations (key)", value: key, reason })),
    ),
    ...labels.flatMap(([key, value]) => [
      ...keyFaults(key).map((reason) => ({ name: "Metadata.Labels (label)", value: key, reason })),
      ...valueFaults(value).map((reason) => ({ name: "Metadata.Labels (value)", value, reason })),
    ]),
  ];
}

/** Names of policies: a label, or two with a dot; Kubernetes' and Neutron's are freer. */
export function policyName(object: Json, namespaced: boolean): Wrong[] {
  const name = text(metadataOf(object), "name");
  const free = namespaced ? `|(?:knp|ossg)\\.default\\.${subdomain}` : "";
  return [...tooLong(name, longest), ...simple(name, new RegExp(`^(${label}(\\.${label})?${free})$`))];
}

export function tierName(object: Json): Wrong[] {
  const name = text(metadataOf(object), "name");
  return [...tooLong(name, 63), ...simple(name, new RegExp(`^${label}$`))];
}

const unless = (fits: boolean, wrong: Wrong): Wrong[] => (fits ? [] : [wrong]);

function tooLong(name: string, most: number): Wrong[] {
  const over = Buffer.byteLength(name) - most;
  return unless(over <= 0, { name: "Metadata.Name", value: name, reason: `name is too long by ${over} bytes` });
}

function simple(name: string, pattern: RegExp): Wrong[] {
  const reason = `name must consist of lower case alphanumeric characters or '-' (regex: ${label})`;
  return unless(pattern.test(name), { name: "Metadata.Name", value: name, reason });
}

function keyFaults(key: string): string[] {
  const parts = key.split("/");
  const name = parts.at(-1) ?? "";
  const form = `must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '${qualified}')`;
  if (parts.length > 2) return [`a qualified name ${form} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  const faults: string[] = [];
  if (parts.length === 2 && parts[0] === "") faults.push("prefix part must be non-empty");
  if (name === "") faults.push("name part must be non-empty");
  if (name.length > 63) faults.push("name part must be no more than 63 bytes");
  if (!new RegExp(`^${qualified}$`).test(name)) faults.push(`name part ${form}`);
  return faults;
}

function valueFaults(value: string): string[] {
  const faults: string[] = [];
  if (value.length > 63) faults.push("must be no more than 63 bytes");
  if (!new RegExp(`^(${qualified})?$`).test(value))
    faults.push(
      `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '((${qualified.slice(1)})?')`,
    );
  return faults;
}
