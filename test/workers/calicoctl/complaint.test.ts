import { describe, expect, test } from "@jest/globals";
import { complaint, crash, sentence } from "../../../workers/calicoctl/complaint.js";
import { golden, type Recorded } from "../../support/golden.js";

const said = (record: Recorded) => ({ exit: record.exitCode, signal: null, stdout: record.stdout, stderr: record.stderr });
const recorded = (file: string, name: string, verb = "get"): Recorded => {
  const found = golden(file).find((record) => record.name === name && record.argv.includes(verb));
  if (!found) throw new Error(`${file} has nothing recorded as ${name}`);
  return found;
};
const failureOf = (file: string, name: string, verb?: string) => complaint(said(recorded(file, name, verb))).failure;

describe("a complaint of calicoctl becomes the failure that it is", () => {
  test.each([
    ["auth: wrong password", "credentials", "etcd refused calicoctl: authentication failed, invalid user ID or password"],
    ["auth: none given", "credentials", "etcd refused calicoctl: user name is empty"],
    ["auth: user without rights", "credentials", "etcd refused calicoctl: permission denied"],
    ["TLS: key of another certificate", "credentials", "tls: private key does not match public key"],
    ["TLS: CA file missing", "tool_failed", "open tls/none.crt: no such file or directory"],
    ["no endpoint", "tool_failed", "calicoctl failed: Failed to create Calico API client: no etcd endpoints specified"],
    ["unknown type", "tool_failed", "unknown datastore type: bogus"],
  ])("%s", (name, code, message) => {
    const failure = failureOf("calicoctl/connectivity.json", name);

    expect(failure).toMatchObject({ code, message: expect.stringContaining(message) });
    expect(JSON.stringify(failure)).not.toMatch(/allow-version-mismatch|retrying of unary|0x[0-9a-f]{6}/);
  });

  test.each([
    ["calicoctl", "v3.32.1"],
    ["calicoctl-next", "v3.34.0-0.dev-67-g87c15906f2ab"],
  ])("a version mismatch in every command of %s that checks it", (folder, client) => {
    const refused = golden(`${folder}/version-mismatch.json`).filter((record) => record.stderr.includes("version mismatch."));

    expect(refused.length).toBeGreaterThan(10);
    for (const record of refused) {
      const cluster = /Cluster Version: +(\S+)/.exec(record.stderr)?.[1] ?? "none";
      const { failure } = complaint(said(record));
      expect(failure).toMatchObject({ code: "tool_failed", hint: `install calicoctl ${cluster} on the worker` });
      expect(failure.message).toContain(`version mismatch: calicoctl is ${client}, the cluster says ${cluster}`);
    }
  });

  test.each(["calicoctl", "calicoctl-next"])("a missing object, a missing kind and a needless namespace of %s", (folder) => {
    expect(failureOf(`${folder}/get-networkpolicy.json`, "not found json")).toEqual({
      code: "not_found",
      message: "there is no NetworkPolicy default/nosuch",
      hint: expect.stringContaining("`openstack`"),
    });
    expect(failureOf(`${folder}/get-node.json`, "not found json")).toEqual({
      code: "not_found",
      message: "there is no Node nosuch",
      hint: "check the name",
    });
    const kind = golden(`${folder}/get-single.json`).find((record) => record.argv.includes("netset"));
    expect(kind && complaint(said(kind)).failure).toMatchObject({ code: "not_found", message: "calicoctl knows no kind `netset`" });
    const global = golden(`${folder}/get-tier.json`).find((record) => record.argv.includes("-A"));
    expect(global && complaint(said(global)).failure).toMatchObject({ code: "usage", message: "Tier is not namespaced" });
  });

  test("silence and a signal are named as such", () => {
    const quiet = { stdout: "null\n", stderr: "" };

    expect(complaint({ ...quiet, exit: 1, signal: null }).failure.message).toBe(
      "calicoctl failed: it ended with exit code 1 and said nothing",
    );
    expect(complaint({ ...quiet, exit: null, signal: "SIGKILL" }).failure.message).toBe("calicoctl failed: it was killed by SIGKILL");
  });

  test("an unreadable ClusterInformation is no missing object", () => {
    const failure = failureOf("calicoctl/version-mismatch.json", "ClusterInformation value is not JSON");

    expect(failure).toMatchObject({ code: "tool_failed", message: expect.stringContaining("unable to get Cluster Information") });
  });
});

describe("a crash", () => {
  test.each(["calicoctl", "calicoctl-next"])("of %s is told from every other failure", (folder) => {
    const all = ["get-single", "get-bgpfilter", "get-workloadendpoint", "version", "version-mismatch", "node-status"].flatMap((file) =>
      golden(`${folder}/${file}.json`),
    );

    expect(all.filter((record) => crash(said(record)) !== null)).toEqual(all.filter((record) => record.exitCode === 2));
    expect(all.filter((record) => record.exitCode === 2).length).toBeGreaterThan(2);
  });

  test("is said in one line", () => {
    const record = golden("calicoctl/get-bgpfilter.json").find(({ exitCode }) => exitCode === 2);

    expect(record && crash(said(record))).toMatch(/^panic: template: get:1:0: [^\n]*$/);
  });
});

test("the sentence is found on the stream that has it, without the log of etcd's client", () => {
  const { stdout, stderr } = recorded("calicoctl/connectivity.json", "auth: wrong password");

  expect(sentence({ stdout, stderr })).toBe(
    "Failed to create Calico API client: etcdserver: authentication failed, invalid user ID or password",
  );
  expect(sentence({ stdout: "", stderr: "" })).toBeNull();
});
