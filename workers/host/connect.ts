import type { Connected } from "../../src/cluster/host.js";
import { fail } from "../../src/contract/failure.js";
import type { Section } from "../ssh/marked.js";

/** What bash says of a connection: nothing when it came about, else the kernel's own words; 124 = its deadline came first. */
export function readConnect(found: readonly Section[], seconds: number): Connected {
  const section = found.find(({ title }) => title === "connect");
  if (section?.exit === 0) return { yes: true };
  if (section?.exit === 124 || section?.exit === 137) return { yes: false, why: `no answer in ${seconds} s` };
  const why = /\/dev\/tcp\/\S+: (.+)$/m.exec(section?.text ?? "")?.[1];
  if (why === undefined)
    throw fail("unreadable_output", `the connection could not be tried: ${section?.text.trim().slice(0, 200) ?? "no answer"}`, {
      hint: "the host needs bash",
    });
  return { yes: false, why };
}
