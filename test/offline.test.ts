import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { stringify } from "yaml";
import { diffPolicies, lintPolicies, testFlows, whyAsked, whyFlows } from "../src/offline.js";

let folder = "";
let printed: string[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "offline-"));
  printed = [];
  for (const stream of [process.stdout, process.stderr] as const)
    jest.spyOn(stream, "write").mockImplementation((text) => {
      if (stream === process.stdout) printed.push(String(text).trimEnd());
      return true;
    });
});
afterEach(async () => {
  jest.restoreAllMocks();
  await rm(folder, { recursive: true });
});

const vm = (name: string, ip: string) => ({
  kind: "WorkloadEndpoint",
  apiVersion: "projectcalico.org/v3",
  metadata: { name, namespace: "openstack", labels: { app: name } },
  spec: { orchestrator: "openstack", node: "c1", workload: name, endpoint: name, ipNetworks: [`${ip}/32`] },
});
/** As Neutron's driver names it, in place of the plain one. */
const withFqdn = (name: string, ip: string, profiles: string[] = []) => {
  const { metadata, spec, ...head } = vm(name, ip);
  return {
    ...head,
    metadata: { ...metadata, annotations: { "openstack.projectcalico.org/fqdn": `${name}.shop.` } },
    spec: { ...spec, profiles },
  };
};
const policy = (spec: object) => ({
  kind: "NetworkPolicy",
  apiVersion: "projectcalico.org/v3",
  metadata: { name: "web", namespace: "openstack" },
  spec,
});
const opened = { selector: "app == 'db'", ingress: [{ action: "Allow", protocol: "TCP", destination: { ports: [5432] } }] };

async function file(name: string, text: string): Promise<string> {
  await writeFile(join(folder, name), text);
  return join(folder, name);
}

async function resources(...objects: object[]): Promise<string> {
  await mkdir(join(folder, "r/deep"), { recursive: true });
  await file("r/vms.json", JSON.stringify([vm("web", "10.0.0.1"), vm("db", "10.0.0.2")]));
  await file("r/deep/policies.yaml", objects.map((object) => stringify(object)).join("---\n"));
  await file("r/notes.txt", "not: [a document");
  return join(folder, "r");
}

const flows = (...all: object[]) =>
  file("flows.json", JSON.stringify(all.map((one) => ({ src: "8.8.8.8", dst: "10.0.0.2", protocol: "TCP", ...one }))));

describe("policy why", () => {
  test("prints a JSON line for each flow, with what decided", async () => {
    const exit = await whyFlows({ resources: await resources(policy(opened)) }, await flows({ dstPort: 5432 }, { dstPort: 22 }), {
      json: true,
    });

    const [first, second] = printed.map((line): unknown => JSON.parse(line));
    const step = { kind: "NetworkPolicy", tier: "default", namespace: "openstack", name: "web" };
    const trace = [{ ...step, rule: 0, action: "Allow" }];
    const ingress = { endpoint: "openstack/db", verdict: "allow", trace };
    const about = { src: "8.8.8.8", dst: "10.0.0.2", protocol: "TCP", dstPort: 5432, egress: null };
    expect(first).toEqual({ ...about, ingress, allowed: true, uncertain: false, reasons: [], trace });
    expect(second).toMatchObject({ allowed: false, trace: [{ ...step, rule: -1, action: "Deny" }] });
    expect(exit).toBe(0);
  });

  test("takes raw objects as they are stored: without types they govern both directions", async () => {
    const raw = await file(
      "raw.json",
      JSON.stringify([
        {
          key: "/calico/resources/v3/projectcalico.org/networkpolicies/openstack/ossg.default.1",
          value: JSON.stringify({ spec: { selector: "app == 'web'" } }),
        },
        { key: "/calico/felix/v2/no-region/host/c1/status", value: "{}" },
      ]),
    );
    const leaving = await flows({ src: "10.0.0.1", dst: "8.8.8.8", dstPort: 80 });
    await whyFlows({ resources: await resources(policy({ selector: "app == 'web'", ingress: [] })), raw }, leaving, {});

    expect(printed).toEqual(["DROPPED TCP/80 from 10.0.0.1 to 8.8.8.8: NetworkPolicy ossg.default.1 Deny"]);
  });

  test("says what is uncertain, and exits with 1", async () => {
    const http = { selector: "app == 'db'", ingress: [{ action: "Allow", protocol: "TCP", http: { methods: ["GET"] } }] };
    const exit = await whyFlows({ resources: await resources(policy(http)) }, await flows({ dstPort: 80 }), { json: true });

    expect(JSON.parse(printed[0] ?? "")).toMatchObject({
      uncertain: true,
      reasons: ["NetworkPolicy openstack/web rule 0: http cannot be judged"],
    });
    expect(exit).toBe(1);
  });

  test.each([
    [[{ src: "web" }], "flow 0: src `web` is no address"],
    [[{ dstPort: 99999 }], "0.dstPort: too big"],
    [[{ protocol: "nonsense" }], "flow 0: protocol `nonsense` is not known"],
  ])("refuses flows %j", async (odd, why) => {
    await expect(whyFlows({ resources: await resources() }, await flows(...odd), {})).rejects.toMatchObject({
      failure: { code: "usage", message: expect.stringContaining(why) },
    });
  });

  test("refuses documents that are none, and a path that is not there", async () => {
    const broken = await file("broken.yaml", "a: [b");
    for (const path of [broken, join(folder, "nowhere")])
      await expect(whyFlows({ resources: path }, await flows(), {})).rejects.toMatchObject({ failure: { code: "usage" } });
  });
});

describe("policy why of two ends", () => {
  test.each([
    [
      ["web", "db", "5432"],
      0,
      "ok   snapshot: ALLOWED tcp/5432 from web to db: at db ingress rule 0 of NetworkPolicy openstack/web allows tcp/5432",
    ],
    [["10.0.0.1", "db", "22"], 1, "BAD  snapshot: DROPPED at db ingress: none of 1 policy allows tcp/22 from web"],
    [["internet", "10.0.0.2", "5432"], 0, "ok   snapshot: ALLOWED tcp/5432 from internet to db"],
    [["198.51.100.0/24", "db", "udp/53"], 1, "BAD  snapshot: DROPPED at db ingress: none of 1 policy allows udp/53 from 198.51.100.0/24"],
  ])("%j answers as the chat does, and by its exit code %i", async (words, exit, first) => {
    const named = { ...policy(opened), spec: { ...opened, types: ["Ingress"] } };
    const open = { kind: "Profile", metadata: { name: "open" }, spec: { egress: [{ action: "Allow" }] } };
    const objects = [named, open, withFqdn("web", "10.0.0.1", ["open"]), withFqdn("db", "10.0.0.2")];
    const path = await file("snapshot.yaml", objects.map((object) => stringify(object)).join("---\n"));

    expect(await whyAsked({ resources: path }, words, {})).toBe(exit);
    expect(printed.join("\n").replaceAll(/\n {5}(?=\S)/g, " ")).toContain(first);
    expect(printed.join("\n")).not.toContain("as of");
  });

  test("says who may reach an end, in the words of the chat", async () => {
    const path = await resources(policy(opened));

    expect(await whyAsked({ resources: path }, ["any", "db", "5432"], {})).toBe(0);
    expect(printed.join("\n")).toContain("snapshot: 0.0.0.0/0 may reach db on tcp/5432\n     dropped: web;");
    expect(await whyAsked({ resources: path }, ["any", "db", "22"], { json: true })).toBe(1);
    expect(JSON.parse(printed.at(-1) ?? "")).toMatchObject({ reaching: null, dropped: { endpoints: 1, nets: ["0.0.0.0/0"] } });
  });

  test("an uncertain answer exits with 1", async () => {
    const http = { selector: "app == 'db'", ingress: [{ action: "Allow", protocol: "TCP", http: { methods: ["GET"] } }] };

    expect(await whyAsked({ resources: await resources(policy(http)) }, ["8.8.8.8", "db", "80"], { json: true })).toBe(1);
    expect(JSON.parse(printed[0] ?? "")).toMatchObject({ from: "8.8.8.8", doubts: [expect.stringContaining("http cannot be judged")] });
  });

  test.each([
    [["web"], "DST is missing"],
    [["web", "db", "http-port"], "`http-port` is no port or protocol"],
    [["web", "db", "80", "more"], "`more` is one word too many"],
    [["wbe", "db", "80"], "no endpoint is `wbe`"],
  ])("%j is a usage failure", async (words, message) => {
    await expect(whyAsked({ resources: await resources() }, words, {})).rejects.toMatchObject({ failure: { code: "usage", message } });
  });
});

test("policy test passes flows that are as expected and fails the others", async () => {
  const expected = await flows({ dstPort: 5432, allowed: true }, { dstPort: 22, allowed: true });
  const exit = await testFlows({ resources: await resources(policy(opened)) }, expected, {});

  expect(printed.map((line) => line.slice(0, 12))).toEqual(["pass ALLOWED", "FAIL DROPPED"]);
  expect(exit).toBe(1);
});

test("policy lint names what is wrong, unreadable objects too", async () => {
  const lost = { ...policy({ selector: "app = 'x'" }), metadata: { name: "lost", namespace: "production" } };
  const exit = await lintPolicies(
    { resources: await resources(policy({ selector: "app == 'nobody'" }), lost, { kind: "Riddle", metadata: { name: "x" } }) },
    undefined,
    {},
  );

  expect(printed.join("\n")).toContain("NetworkPolicy `openstack/web` selects nothing");
  expect(printed.join("\n")).toContain("NetworkPolicy `production/lost` has a selector that cannot be read");
  expect(printed.join("\n")).toContain("Riddle x is of a kind that is not known here");
  expect(exit).toBe(1);
});

describe("policy lint NAME", () => {
  const deny = { selector: "app == 'db'", ingress: [{ action: "Deny" }, { action: "Allow", protocol: "TCP" }] };
  const other = { ...policy({ selector: "app == 'nobody'" }), metadata: { name: "other", namespace: "openstack" } };

  test("is about that policy alone, with the rules of the chat and how to mend it", async () => {
    const exit = await lintPolicies({ resources: await resources(policy(deny), other) }, "web", {});

    expect(printed.join("\n")).toContain(
      "warn: NetworkPolicy `openstack/web` ingress rule 1 never takes effect: rule 0 comes first and is wider\n  rule 0 is Deny, this one is Allow\n  fix: ",
    );
    expect(printed.join("\n")).not.toContain("other");
    expect(exit).toBe(1);
  });

  test("exits with 0 when there are notes only", async () => {
    const all = { selector: "all()", order: 1, ingress: [{ action: "Allow", protocol: "TCP" }] };
    const exit = await lintPolicies({ resources: await resources(policy(all)) }, "openstack/web", { json: true });

    expect(printed.map((line) => JSON.parse(line) as object)).toEqual([
      { light: "info", id: "policy:NetworkPolicy openstack/web", text: "NetworkPolicy `openstack/web` selects all 2 VM ports", detail: [] },
    ]);
    expect(exit).toBe(0);
  });

  test("that is not there is a usage failure with the name that was meant", async () => {
    await expect(lintPolicies({ resources: await resources(other) }, "othre", {})).rejects.toMatchObject({
      failure: { code: "usage", message: "no policy or security group is `othre`", hint: "did you mean `policy lint other`?" },
    });
  });

  test("of an object that cannot be read tells of it", async () => {
    const twice = { ...other, spec: { selector: "app = 'x'" } };
    const raw = await file(
      "raw.json",
      JSON.stringify([{ key: "/calico/resources/v3/projectcalico.org/networkpolicies/openstack/lost", value: "{" }]),
    );

    expect(await lintPolicies({ resources: await resources(other, twice), raw }, "lost", {})).toBe(1);
    expect(printed.join("\n")).toContain("openstack/lost cannot be read: its value is no json");
    printed = [];
    expect(await lintPolicies({ resources: await resources(other, twice), raw }, "other", {})).toBe(1);
    expect(printed.join("\n")).toContain("NetworkPolicy openstack/other is there twice");
  });
});

describe("policy diff", () => {
  const closed = { ...opened, ingress: [] };
  const snapshot = async (name: string, spec: object) => ({
    resources: await file(name, [vm("web", "10.0.0.1"), vm("db", "10.0.0.2"), policy(spec)].map((one) => stringify(one)).join("---\n")),
  });

  test("prints nothing lost and ends with 0 when nothing changes", async () => {
    expect(await diffPolicies(await snapshot("a.yaml", opened), await snapshot("b.yaml", opened), {})).toBe(0);
    expect(printed).toEqual(["no connection is gained or lost"]);
  });

  test("prints what is gained with a plus and a witness, writes the table and ends with 1", async () => {
    const csv = join(folder, "diff.csv");
    const exit = await diffPolicies(await snapshot("a.yaml", closed), await snapshot("b.yaml", opened), { csv });

    expect(exit).toBe(1);
    expect(printed.join("\n")).toMatch(
      /^\+ .*0\.0\.0\.0\/0.* -> app=db \(1 endpoint\): tcp\/5432 \[opens to 0\.0\.0\.0\/0\]\n {4}e\.g\. /m,
    );
    expect(await readFile(csv, "utf8")).toMatch(/^"change","from"[^\n]*\r\n"gained",/);
  });

  test("draws who gains what, as svg or png by the name, and nothing else", async () => {
    const [was, is] = [await snapshot("a.yaml", closed), await snapshot("b.yaml", opened)];
    await diffPolicies(was, is, { picture: join(folder, "d.svg") });
    await diffPolicies(was, is, { picture: join(folder, "d.png") });

    expect(await readFile(join(folder, "d.svg"), "utf8")).toContain("+ tcp/5432");
    expect((await readFile(join(folder, "d.png"))).subarray(1, 4).toString()).toBe("PNG");
    await expect(diffPolicies(was, is, { picture: "d.gif" })).rejects.toThrow("neither .png nor .svg");
  });

  test("prints a JSON line for each change, with what is stored raw", async () => {
    const key = "/calico/resources/v3/projectcalico.org/networkpolicies/openstack/web";
    const raw = async (name: string, spec: object) => file(name, JSON.stringify([{ key, value: JSON.stringify({ spec }) }]));
    const vms = await file("vms.json", JSON.stringify([vm("web", "10.0.0.1"), vm("db", "10.0.0.2")]));
    const of = async (name: string, spec: object) => ({ resources: vms, raw: await raw(name, spec) });

    const exit = await diffPolicies(await of("a.json", opened), await of("b.json", { ...opened, egress: [{ action: "Allow" }] }), {
      json: true,
    });

    const lines = printed.map((line): unknown => JSON.parse(line));
    expect(exit).toBe(1);
    expect(lines).toContainEqual(
      expect.objectContaining({ kind: "gained", services: "everything", from: expect.objectContaining({ text: "app=db (1 endpoint)" }) }),
    );
  });

  test("warns of a rule that never takes effect", async () => {
    const shadowed = { ...opened, ingress: [{ action: "Deny" }, ...opened.ingress] };
    await diffPolicies(await snapshot("a.yaml", closed), await snapshot("b.yaml", shadowed), {});

    expect(printed).toContain("! NetworkPolicy openstack/web ingress rule 1 never takes effect: rule 0 comes first and is wider");
  });

  test("needs both snapshots", async () => {
    await expect(diffPolicies(await snapshot("a.yaml", opened), {}, {})).rejects.toThrow("no snapshot");
  });
});
