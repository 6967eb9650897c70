/**
 * The host part of a workload endpoint's name. Parts are joined by a lone `-`; a dash inside a part is doubled:
 * `compute--01-openstack-…` is on `compute-01`.
 */
export function workloadHost(name: string): string {
  const end = name.search(/(?<!-)-(?!-)/);
  return (end < 0 ? name : name.slice(0, end)).replaceAll("--", "-");
}
