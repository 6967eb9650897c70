import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import type { Ask } from "../../src/cluster/ask.js";
import type { BirdSilence } from "../../src/cluster/bird.js";
import { fail } from "../../src/contract/failure.js";
import { calicoctlChecks, certificateChecks, etcdChecks, hostChecks, openstackChecks } from "../../src/doctor/cluster-checks.js";
import { fakeCluster } from "../support/cluster.js";
import { reading } from "../support/facts.js";

const ask: Ask = { signal: AbortSignal.timeout(60_000), request: "doctor", note: () => {} };
const silent = (how: BirdSilence["how"], text = "") => ({
  ok: true as const,
  value: { daemons: [], silent: [{ family: 4 as const, how, text }], clockOffset: 0 },
});

describe("each host", () => {
  const failedWith = (error: Error & { failure: unknown }) => ({ ok: false as const, failure: error.failure as never });

  test.each([
    ["is green when birdc answers over SSH", reading(), "ok", /host key, login, prefix and birdc work: BIRD 1\.6\.8/, undefined],
    ["with another host key is red", failedWith(fail("host_key", "c1 shows another key")), "bad", /another key/, /known_hosts/],
    ["that refuses the login is red", failedWith(fail("credentials", "c1 refused the key")), "bad", /refused/, /worker's key/],
    [
      "where sudo says no is red, and the fix is a sudoers line",
      silent("denied", "sudo: a password is required"),
      "bad",
      /password/,
      /sudoers/,
    ],
    ["without birdc is red", silent("missing", "birdc: not found"), "bad", /not found/, /birdc\.path/],
    ["whose BIRD is stopped is no fault of the installation", silent("stopped"), "warn", /BIRD does not: stopped/, /status/],
  ])("%s", async (_, bird, light, text, fix) => {
    const checks = await hostChecks(fakeCluster({ birds: { c1: bird } }), ask);

    const check = checks.find(({ what }) => what === "ssh c1");
    expect(check).toMatchObject({ light, text: expect.stringMatching(text) });
    if (fix !== undefined) expect(check?.fix).toMatch(fix);
    expect(checks.filter((one) => one.light === "ok")).toHaveLength(light === "ok" ? 4 : 3);
  });

  test("whose clock is off is told", async () => {
    const off = { ok: true as const, value: { ...reading().value, clockOffset: -60_000 } };

    const checks = await hostChecks(fakeCluster({ birds: { c1: off } }), ask);

    expect(checks.find(({ light }) => light === "warn")?.text).toContain("differ by 60 s");
  });
});

test("each member of etcd is a line, and etcd as a whole is red when nobody answers", async () => {
  const up = await etcdChecks(fakeCluster(), ask);
  const down = await etcdChecks(fakeCluster({ etcdDown: true }), ask);

  expect(up.every(({ light }) => light === "ok")).toBe(true);
  expect(down).toEqual([{ what: "etcd", light: "bad", text: expect.stringContaining("refused"), fix: expect.any(String) }]);
});

test("a role that Neutron hides the agents from is red, and names the roles held", async () => {
  const { openstack: real } = fakeCluster();
  if (real === null) throw new Error("no OpenStack");
  const openstack = {
    ...real,
    agents: async () => ({ ok: true as const, value: { agents: [], visible: false, roles: ["member", "reader"] } }),
  };

  const [check] = await openstackChecks({ openstack }, ask);

  expect(check).toMatchObject({ light: "bad", text: expect.stringContaining("member, reader"), fix: expect.stringContaining("role") });
});

test("a calicoctl of another version than the cluster is told", async () => {
  const { calicoctl } = fakeCluster();
  const version = async () => ({ ok: true as const, value: { client: "v3.32.1", cluster: "v3.30.0", clusterType: null } });
  if (calicoctl === null) throw new Error("no calicoctl");

  const [same] = await calicoctlChecks({ calicoctl }, ask);
  const [other] = await calicoctlChecks({ calicoctl: { ...calicoctl, version } }, ask);
  const [none] = await calicoctlChecks({ calicoctl: null }, ask);

  expect([same?.light, other?.light, none?.light]).toEqual(["ok", "warn", "warn"]);
  expect(other?.text).toBe("v3.32.1 here, v3.30.0 in the cluster");
});

test("a certificate is green, yellow a month before its end, red after it, and red when it is none", () => {
  const folder = mkdtempSync(join(tmpdir(), "certificate-"));
  const file = join(folder, "crt");
  const day = 86_400_000;
  try {
    const options = [
      "req",
      "-x509",
      "-newkey",
      "ed25519",
      "-nodes",
      "-subj",
      "/CN=x",
      "-days",
      "90",
      "-keyout",
      join(folder, "key"),
      "-out",
      file,
    ];
    execFileSync("openssl", options, { stdio: "ignore" });
    const pem = readFileSync(file, "utf8");
    const lights = [0, 70, 91, -2].map((days) => certificateChecks([{ what: "etcd", pem }], Date.now() + days * day)[0]?.light);

    expect(lights).toEqual(["ok", "warn", "bad", "bad"]);
    expect(certificateChecks([{ what: "etcd", pem: "no" }], 0)).toEqual([
      expect.objectContaining({ light: "bad", text: "this is not a certificate" }),
    ]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
