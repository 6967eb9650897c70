import { describe, expect, test } from "@jest/globals";
import type { BirdReading } from "../../src/cluster/bird.js";
import type { NodeStatus } from "../../src/cluster/calicoctl.js";
import { besideBirdc } from "../../src/diagnosis/beside-birdc.js";
import { readHost } from "../../workers/birdc/daemon.js";
import { readNodeStatus } from "../../workers/calicoctl/node-status.js";
import { host, reading, session } from "../support/facts.js";
import { birdcQuestion, golden } from "../support/golden.js";

const compute = host("compute1", "192.168.10.11");
const reflector = host("rr1", "192.168.10.254", "reflector");

/** Both programs as they were recorded on one host within a second. */
function recorded(file: string, name: string, phase: string): { bird: BirdReading; status: NodeStatus } {
  const records = golden(`host/${file}.json`).filter((record) => record.host === name && record.phase === phase);
  const birdc = records.find((record) => birdcQuestion(record.argv) === "show protocols");
  const found = records.find((record) => record.argv.join(" ").endsWith("calicoctl node status"));
  const status = found && readNodeStatus(found);
  if (!birdc || !status) throw new Error(`${file} has not both programs`);
  const sections = [{ title: "4 show protocols all", text: birdc.stdout + birdc.stderr, exit: birdc.exitCode ?? -1 }];
  return { bird: { ...readHost(sections), clockOffset: null }, status };
}

const compared = (file: string, name = "compute1", phase = "after"): string[] => {
  const { bird, status } = recorded(file, name, phase);
  return besideBirdc(name === "rr1" ? reflector : compute, bird, status);
};

describe("calicoctl beside birdc, both as recorded", () => {
  test("on a healthy host shows the same", () => {
    expect(compared("none", "compute1", "before")).toEqual([]);
    expect(compared("bgp-wrong-as")).toEqual([]);
    expect(compared("rr-bird-stopped")).toEqual([]);
  });

  test("leaves out the disabled session, and only that is blamed", () => {
    expect(compared("bgp-peer-disabled")).toEqual([
      "1 session of birdc not shown (Mesh_192_168_10_12): disabled, and it leaves disabled sessions out",
    ]);
    expect(compared("bgp-peer-disabled", "compute2")).toEqual([]);
  });

  test("does not know sessions named by a bare address, which are not disabled at all", () => {
    expect(compared("variant-literal-peer-names")).toEqual([
      "2 sessions of birdc not shown (192.168.10.254, 192.168.10.12): it shows only sessions named Mesh_, Node_ or Global_",
    ]);
  });

  test("does not find a bird that was started by its full path", () => {
    expect(compared("variant-argv0-bird-only")).toEqual([
      expect.stringMatching(/^2 sessions of birdc not shown \(.*\): BIRD does run, it answers birdc: .* plain `bird`/),
    ]);
  });

  test("does not find a felix that was started by its full path, and then asks no BIRD", () => {
    expect(compared("variant-argv0-paths")).toEqual([
      expect.stringMatching(/^2 sessions .*plain `calico-felix`.*\/usr\/bin\/calico-felix/),
    ]);
  });

  test("on a reflector, where no felix belongs, is not blamed on felix", () => {
    expect(compared("none", "rr1", "before")).toEqual([expect.stringContaining("no felix belongs on rr1")]);
  });

  test("does not read the tables of BIRD 2", () => {
    expect(compared("variant-bird2")).toEqual([expect.stringContaining("it reads the tables of BIRD 1 only, this is BIRD 2.0.12")]);
  });

  test("says nothing when neither of the two hears a hung BIRD", () => {
    expect(compared("bird-hung", "compute2")).toEqual([]);
  });
});

describe("calicoctl beside birdc", () => {
  const row = (address: string, info = "Established") => ({ address, type: "node-to-node mesh", state: "up", since: "02:00:00", info });
  const says = (remark: string | null, ...peers: NodeStatus["peers"]): NodeStatus => ({ running: true, peers, remark });
  const v6 = session("fd00::12", { protocol: "Mesh_fd00__12", family: 6 });

  function withBird6(): BirdReading {
    const [daemon] = reading(v6).value.daemons;
    const four = reading(session("10.0.0.12")).value;
    return { ...four, daemons: [...four.daemons, ...(daemon ? [{ ...daemon, family: 6 as const }] : [])] };
  }

  test("with several causes has a line for each", () => {
    const disabled = { established: false, disabled: true, state: "down", bgp: null };
    const { value } = reading(
      session("10.0.0.12"),
      session("10.0.0.13", disabled),
      session("10.0.0.14", { protocol: "tor_a", naming: "other" }),
      session("10.0.0.15", { protocol: "tor_b", naming: "other", ...disabled }),
    );

    expect(besideBirdc(compute, value, says(null, row("10.0.0.12")))).toEqual([
      "1 session of birdc not shown (Mesh_10_0_0_13): disabled, and it leaves disabled sessions out",
      "2 sessions of birdc not shown (tor_a, tor_b): it shows only sessions named Mesh_, Node_ or Global_",
    ]);
  });

  test("tells a missing bird6 from a missing session", () => {
    expect(besideBirdc(compute, withBird6(), says(null, row("10.0.0.12")))).toEqual([
      "1 session of birdc not shown (Mesh_fd00__12): it found no process started as plain `bird6`, although that BIRD answers birdc",
    ]);
    expect(besideBirdc(compute, withBird6(), says(null, row("10.0.0.12"), row("fd00::12")))).toEqual([]);
    expect(besideBirdc(compute, withBird6(), says(null, row("10.0.0.12"), row("fd00::99")))).toEqual([
      "1 session of birdc not shown (Mesh_fd00__12): no cause known; it may have been added between the two questions",
      expect.stringContaining("1 row not known to birdc (fd00::99)"),
    ]);
  });

  test.each([
    [
      "Error querying BIRD: unable to connect to BIRDv4 socket: dial unix /var/run/bird/bird.ctl: connect: no such file",
      "birdc found another",
    ],
    ["error executing command: read unix @->/run/calico/bird.ctl: i/o timeout", "BIRD kept it waiting for 2 s"],
    ["error executing command: unexpected output line from BIRD", "a line it does not know"],
  ])("takes its own words as the cause: %s", (remark, cause) => {
    expect(besideBirdc(compute, reading(session("10.0.0.12")).value, says(remark))).toEqual([expect.stringContaining(cause)]);
  });

  test("does not blame a process that it did find", () => {
    expect(besideBirdc(compute, reading(session("10.0.0.12")).value, says("No IPv4 peers found."))).toEqual([
      expect.stringContaining("no cause known"),
    ]);
  });

  test("that shows what birdc does not have may have asked another BIRD", () => {
    const silent = { daemons: [], silent: [{ family: 4 as const, how: "stopped" as const, text: "" }], clockOffset: 0 };

    expect(besideBirdc(compute, reading().value, says(null, row("10.0.0.9")))).toEqual([
      expect.stringMatching(/^1 row not known to birdc \(10\.0\.0\.9\): it asks \/var\/run\/calico before/),
    ]);
    expect(besideBirdc(compute, silent, says(null, row("10.0.0.9")))).toEqual([
      expect.stringContaining("birdc got no answer (stopped) where calicoctl did: check `birdc.sockets`"),
    ]);
  });

  test("that disagrees about a session says which", () => {
    const { value } = reading(session("10.0.0.12", { established: false, state: "start", bgp: "Active" }));

    expect(besideBirdc(compute, value, says(null, row("10.0.0.12")))).toEqual([
      "10.0.0.12 is Established here and Active for birdc: it changed between the two questions",
    ]);
  });
});
