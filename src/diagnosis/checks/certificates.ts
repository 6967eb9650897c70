import type { Certificate } from "../../cluster/etcd.js";
import type { Check } from "../facts.js";
import { type Finding, finding } from "../finding.js";
import { ago } from "../say.js";

const day = 24 * 3_600_000;
/** Renewing takes people and windows: told a month before, and red in the last week. */
const soon = 30 * day;
const urgent = 7 * day;

/** Certificates between worker and etcd that end soon, have ended, or cannot be read. */
export const certificates: Check = (facts) => (facts.etcd.ok ? facts.etcd.value.certificates.flatMap((one) => judged(one, facts.at)) : []);

function judged({ what, subject, notAfter, problem }: Certificate, now: number): Finding[] {
  const id = `certificate:${what}`;
  const named = subject === "" ? what : `${what} (${subject})`;
  if (notAfter === null) return [finding({ id, light: "unknown", text: `etcd's ${named}: ${problem ?? "its end could not be read"}` })];
  const left = notAfter - now;
  if (left > soon) return [];
  const date = new Date(notAfter).toISOString().slice(0, 10);
  const text = left <= 0 ? `etcd's ${named} expired ${ago(-left)} ago` : `etcd's ${named} expires in ${ago(left)}, on ${date}`;
  const detail = [
    "after that no new connection to etcd is made; neutron-server, felix and calicoctl have files of their own: check those too",
  ];
  return [finding({ id, light: left <= urgent ? "bad" : "warn", text, detail, weight: 500 })];
}
