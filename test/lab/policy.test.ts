import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { stringify } from "yaml";
import { type Stage, until } from "../../lab/demo/stage.js";
import type { Site } from "../../lab/hosts/site.js";
import { tearDown } from "../../lab/hosts/state.js";
import type { View } from "../../src/contract/view.js";
import { raiseHosts, startWorker } from "../support/site.js";

let site: Site;
let stage: Stage;

beforeAll(async () => {
  site = await raiseHosts("policy");
  ({ stage } = await startWorker(site));
  await until("an answer of the worker", async () => (await stage.line(["why", web, db])).stdout.includes("ALLOWED"), 60_000);
}, 150_000);
afterAll(async () => {
  await tearDown(site.dir);
}, 30_000);

const [web, db] = ["10.65.0.11", "10.65.0.12"];

const card = async (...words: string[]): Promise<View> => JSON.parse((await stage.line(words)).stdout) as View;
const why = (...words: string[]): Promise<View> => card("why", ...words);

test("why tells which port of a VM another one may use, and what decides", async () => {
  const allowed = await why(web, db, "5432");
  const dropped = await why(web, db, "22");

  expect(allowed.verdict).toMatchObject({
    light: "ok",
    text: `lab: ALLOWED tcp/5432 from ${web} to ${db}: at ${db} ingress rule 0 of security group "db" allows tcp/5432`,
  });
  expect(dropped.verdict).toMatchObject({
    light: "bad",
    text: `lab: DROPPED at ${db} ingress: none of its 1 SG allows tcp/22 from ${web}`,
  });
  expect(JSON.stringify(dropped.sections)).toContain(
    '"destination, ingress","platform","GlobalNetworkPolicy allow-monitoring","end of tier","Pass"',
  );
}, 30_000);

test("why judges the outside too", async () => {
  expect((await why("internet", db, "5432")).verdict.text).toContain(`ALLOWED tcp/5432 from internet to ${db}`);
  expect((await why("192.168.10.10", web, "9100")).verdict.text).toContain(
    "rule 0 of GlobalNetworkPolicy allow-monitoring allows tcp/9100",
  );
  expect((await why(web, "internet", "udp/53")).verdict.light).toBe("ok");
}, 30_000);

test("policy tells what a security group of Neutron lets in, and a policy of people where it comes", async () => {
  const group = await card("policy", "db");
  const person = await card("policy", "allow-monitoring");

  expect(group.verdict.text).toBe('lab: security group "db" governs ingress and egress of 1 VM port');
  expect(JSON.stringify(group.sections)).toContain("allows tcp of IPv4 to port 5432");
  expect(person.verdict.text).toContain("lab: GlobalNetworkPolicy `allow-monitoring` governs");
  expect(JSON.stringify(person.sections)).toContain("it is evaluated before the security groups");
}, 30_000);

test("policy lint finds nothing to mend in the lab, and an unknown name gets the nearest", async () => {
  expect((await card("policy", "lint")).verdict).toMatchObject({
    light: "ok",
    text: expect.stringContaining("lab: nothing is wrong with"),
  });
  expect((await stage.line(["policy", "allow-montoring"])).stdout).toContain("did you mean `policy allow-monitoring`?");
}, 30_000);

test("policy test holds expected verdicts against the cluster", async () => {
  const asked = `${web} ${db} 5432 allowed ${web} ${db} 22 dropped`.split(" ");

  expect((await card("policy", "test", ...asked)).verdict).toMatchObject({ light: "ok", text: "lab: all 2 verdicts as expected" });
  expect((await card("policy", "test", web, db, "22", "allowed")).verdict.text).toBe(
    `lab: tcp/22 from "${web}" to "${db}" is dropped, expected allowed`,
  );
}, 30_000);

test("a change is tried before it is made, from a file, and etcd stays as it is", async () => {
  const file = join(site.dir, "deny.yaml");
  writeFileSync(
    file,
    stringify({
      apiVersion: "projectcalico.org/v3",
      kind: "GlobalNetworkPolicy",
      metadata: { name: "default-deny-all" },
      spec: { order: 10, selector: "all()", types: ["Ingress"], ingress: [{ action: "Deny" }] },
    }),
  );
  const preview = await card("policy", "preview", "--file", file);
  const dry = await card("apply", "--dry-run", "--file", file);

  expect(preview.verdict.text).toMatch(/^lab: cuts .*; opens nothing$/);
  expect(JSON.stringify(preview.sections)).toContain("default-deny-all comes before the security groups");
  expect(preview.picture?.links.every(({ change }) => change === "lost")).toBe(true);
  expect(dry.verdict.detail).toMatch(/^create GlobalNetworkPolicy default-deny-all, order 10 → before all \d+ security groups$/);
  expect(JSON.stringify(dry.sections)).toContain("+  name: default-deny-all");
  expect((await card("get", "gnp", "default-deny-all")).failure).toBe("not_found");
  expect((await why(web, db, "5432")).verdict.text).toContain("ALLOWED");
});

test("a source is cut off and a VM isolated, tried only: both cards say how many VMs that is about", async () => {
  const block = await card("block", "203.0.113.7", "30m", "--dry-run");
  const isolate = await card("isolate", web, "--dry-run");

  expect(block.verdict.text).toMatch(
    /^lab: dry run: blocks 203\.0\.113\.7 for 30 min: cuts everything (to|from) 203\.0\.113\.7\/32 (to|for) \d+ VMs/,
  );
  expect(block.verdict.detail).toMatch(/^create GlobalNetworkPolicy chatops-block-203-0-113-7, order 1 → before all \d+ security groups$/);
  expect(isolate.verdict.text).toMatch(
    /^lab: dry run: isolates 10\.65\.0\.11 for 4 h: cuts .*; opens nothing; \d+ uncertain; \d blocking$/,
  );
  expect((await card("delete", "gnp", "allow-monitoring", "--dry-run")).verdict.detail).toBe("delete GlobalNetworkPolicy allow-monitoring");
  expect((await card("get", "gnp", "chatops-block-203-0-113-7")).failure).toBe("not_found");
}, 30_000);
