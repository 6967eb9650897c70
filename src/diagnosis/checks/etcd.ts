import type { Check, Facts } from "../facts.js";
import { type Draft, finding } from "../finding.js";
import { bytes } from "../say.js";

/** etcd: members, alarms against "healthy", room left. */
export const etcd: Check = (facts) => {
  if (!facts.etcd.ok) return [unreachable([facts.etcd.failure.message])];
  const { members, alarms } = facts.etcd.value;
  const sick = members.filter((member) => !member.healthy);
  const findings = alarms.map(({ alarm, member }) => alarmFinding(alarm, member));
  if (sick.length > 0) {
    const detail = sick.map((member) => `${member.endpoint}: ${member.error ?? "not healthy"}`);
    findings.push(sick.length === members.length ? unreachable(detail) : degraded(sick.length, members.length, detail));
  }
  return [...findings, ...room(facts)];
};

const consequence = "running VMs keep traffic; nothing new works: no port, no policy change, no felix report";

function unreachable(detail: string[]): Draft {
  return finding({
    id: "etcd:",
    light: "bad",
    text: "etcd is unreachable: no member answers",
    detail: [...detail, consequence],
    weight: 1000,
  });
}

function degraded(sick: number, all: number, detail: string[]): Draft {
  const quorum = (all - sick) * 2 > all;
  const text = `etcd: ${all - sick} of ${all} members answer${quorum ? "" : ", no quorum"}`;
  return finding({ id: "etcd:", light: quorum ? "warn" : "bad", text, detail: quorum ? detail : [...detail, consequence], weight: 900 });
}

function alarmFinding(alarm: string, member: string): Draft {
  if (alarm !== "NOSPACE") return finding({ id: "etcd:", light: "bad", text: `etcd raised alarm ${alarm} on ${member}`, weight: 950 });
  const detail = [
    "reads work and endpoint health still says healthy, but every write fails",
    "compact, defragment one member at a time, then disarm the alarm",
  ];
  return finding({ id: "etcd:", light: "bad", text: "etcd refuses writes: alarm NOSPACE", detail, weight: 980 });
}

function room(facts: Facts): Draft[] {
  if (!facts.etcd.ok) return [];
  const { etcdQuota, etcdQuotaWarn } = facts.thresholds;
  const biggest = Math.max(0, ...facts.etcd.value.members.map((member) => member.dbSize ?? 0));
  if (biggest < etcdQuota * etcdQuotaWarn) return [];
  return [
    finding({
      id: "etcd-room:",
      light: "warn",
      text: `etcd holds ${bytes(biggest)} of ${bytes(etcdQuota)}`,
      detail: ["at the quota it refuses every write"],
    }),
  ];
}
