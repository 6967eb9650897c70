import { describe, expect, test } from "@jest/globals";
import { fail } from "../../../src/contract/failure.js";
import { tools } from "../../../src/diagnosis/checks/tools.js";
import { statusCard } from "../../../src/diagnosis/status-card.js";
import { summarise } from "../../../src/diagnosis/summary.js";
import { healthy } from "../../support/facts.js";
import { golden } from "../../support/golden.js";

const withVersions = (client: string, cluster: string | null) => ({
  ...healthy(),
  calicoctl: { ok: true as const, value: { client, cluster, clusterType: "openstack" } },
});

describe.each([
  ["calicoctl", "v3.32.1"],
  ["calicoctl-next", "v3.34.0-0.dev-67-g87c15906f2ab"],
])("what %s refuses because of versions", (folder, client) => {
  const asked = golden(`${folder}/version-mismatch.json`).filter(
    ({ name, argv }) => argv.join(" ") === "calicoctl get nodes" && /^cluster says [v\d(m]/.test(name ?? ""),
  );

  test.each(asked.map(({ name = "", stderr }) => [name, stderr] as const))("%s: the check says the same", (name, stderr) => {
    const cluster = name.replace("cluster says ", "");

    const findings = tools(withVersions(client, cluster === "(nothing)" ? null : cluster));

    expect(findings.length > 0).toBe(stderr.includes("version mismatch."));
  });

  test("was recorded for several versions", () => {
    expect(asked.length).toBeGreaterThan(6);
  });
});

test("a mismatch says what it stops, what it does not, and what to install", () => {
  const [finding] = tools(withVersions("v3.32.1", "v3.31.7"));

  expect(finding).toMatchObject({ light: "warn", text: "calicoctl is v3.32.1, the cluster says v3.31.7" });
  expect(finding?.detail.join(" ")).toMatch(/refuses to read and write objects.*this status are not affected.*install calicoctl v3\.31\.7/);
});

test("a calicoctl that did not answer is told with the next step, and is not called unasked", () => {
  const failure = fail("tool_missing", "/usr/bin/calicoctl on the worker is not there", { hint: "install it" }).failure;
  const facts = { ...healthy(), calicoctl: { ok: false as const, failure } };

  expect(tools(facts)).toMatchObject([{ light: "unknown", detail: ["install it"] }]);
  expect(JSON.stringify(statusCard(summarise(facts)))).toContain("calicoctl gave no answer");
  expect(JSON.stringify(statusCard(summarise({ ...healthy(), calicoctl: null })))).toContain("calicoctl not configured");
});
