import { stringify } from "yaml";
import { redacted } from "./redact.js";
import type { Resource } from "./resource.js";

/** An object as YAML, as it is stored, with the resourceVersion that it has there; secrets are taken out. */
export function documentOf(object: Resource, revision: number): string {
  const { kind, apiVersion, metadata, ...rest } = object;
  const { name, namespace, ...more } = metadata;
  const place = namespace === undefined ? { name } : { name, namespace };
  const whole = { apiVersion, kind, metadata: { ...place, resourceVersion: String(revision), ...more }, ...rest };
  return stringify(redacted(whole), { lineWidth: 0, aliasDuplicateObjects: false });
}

/** An object as YAML in one order of keys, whoever wrote it, so that two of them can be compared line by line; secrets are taken out. */
export const sortedDocument = (object: Readonly<Record<string, unknown>>): string =>
  stringify(redacted(object), { lineWidth: 0, sortMapEntries: true, aliasDuplicateObjects: false });
