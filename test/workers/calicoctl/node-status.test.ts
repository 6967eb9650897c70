import { describe, expect, test } from "@jest/globals";
import { readNodeStatus } from "../../../workers/calicoctl/node-status.js";
import { golden } from "../../support/golden.js";

const statuses = (folder: string) => golden(`${folder}/node-status.json`).filter((record) => record.argv.includes("status"));
const named = (folder: string, name: string) => {
  const found = statuses(folder).find((record) => record.name === name);
  if (!found) throw new Error(`nothing recorded as ${name}`);
  return readNodeStatus(found);
};
const noSocket =
  "Error querying BIRD: unable to connect to BIRDv4 socket: dial unix /var/run/bird/bird.ctl: connect: no such file or directory";

describe.each(["calicoctl", "calicoctl-next"])("node status of %s", (folder) => {
  test.each([
    ["no felix, no bird", false, "Calico process is not running.", 0],
    ["felix started by its full path, as the calico-felix systemd unit does", false, "Calico process is not running.", 0],
    ["felix, no bird", false, "The BGP backend process (BIRD) is not running.", 0],
    ["bird started by its full path, as the Debian unit does", false, "The BGP backend process (BIRD) is not running.", 0],
    ["bird process, socket missing", true, noSocket, 0],
    ["socket file left behind, nobody listening", true, noSocket, 0],
    ["socket accepts but never answers", true, "error executing command: read unix @->/run/calico/bird.ctl: i/o timeout", 0],
    ["BIRD 2 style headings (capitals)", true, "error executing command: unknown BIRD table output format", 0],
    ["other BIRD banner", true, null, 1],
    ["restricted session line", true, "error executing command: unexpected output line from BIRD", 0],
    ["garbage", true, "error executing command: unexpected output line from BIRD", 0],
    ["bird without BGP protocols", true, "No IPv4 peers found.", 0],
    [
      "bird with a BGP protocol not named as Calico names them (hand-written bird.conf of an OpenStack install)",
      true,
      "No IPv4 peers found.",
      0,
    ],
    ["just started", true, null, 8],
    ["one Established, others down or passive", true, null, 8],
    ["allowed mismatch flag", true, null, 8],
    ["the Established peer was disabled", true, null, 7],
    ["IPv4 and IPv6", true, null, 10],
    ["bird ended, bird6 runs", true, "INFO: BIRDv4 process: 'bird' is not running.", 2],
    ["socket at the Debian path /run/bird/bird.ctl", true, null, 8],
    ["bird runs, felix does not", false, "Calico process is not running.", 0],
    ["any process whose argv[0] is calico-node counts as felix", true, null, 8],
    ["sessions up for nine days", true, null, 8],
  ])("%s", (name, running, remark, peers) => {
    const status = named(folder, name);

    expect(status).toMatchObject({ running, remark });
    expect(status?.peers).toHaveLength(peers);
  });

  test("without the rights for it is no status at all, and every other recording is one", () => {
    const unread = statuses(folder).filter((record) => readNodeStatus(record) === null);

    expect(unread.map((record) => record.name)).toEqual(["not root"]);
    expect(statuses(folder)).toHaveLength(24);
  });

  test("has whole cells, wrapped or not", () => {
    expect(named(folder, "sessions up for nine days")?.peers).toEqual([
      { address: "192.168.10.12", type: "node-to-node mesh", state: "up", since: "2026-11-23", info: "Established" },
      {
        address: "192.168.10.13",
        type: "node-to-node mesh",
        state: "start",
        since: "2026-11-23",
        info: "Connect Socket: No route to host",
      },
      {
        address: "192.168.10.14",
        type: "node-to-node mesh",
        state: "start",
        since: "2026-11-23",
        info: "Active Socket: Connection refused",
      },
      { address: "192.168.10.10", type: "node-to-node mesh", state: "start", since: "2026-11-23", info: "Passive" },
      { address: "192.168.10.254", type: "global", state: "up", since: "2026-11-23", info: "Established" },
      { address: "192.168.10.250", type: "global", state: "start", since: "2026-11-23", info: "Active Socket: No route to host" },
      {
        address: "192.168.10.251",
        type: "node specific",
        state: "start",
        since: "2026-11-23",
        info: "Active Socket: Connection reset by peer",
      },
      { address: "192.168.10.248", type: "node specific", state: "start", since: "2026-11-23", info: "Connect" },
    ]);
  });

  test("has the peers of both families", () => {
    const peers = named(folder, "IPv4 and IPv6")?.peers ?? [];

    expect(peers.slice(-2)).toMatchObject([
      { address: "fd00:192:168:10::12", type: "node-to-node mesh", state: "up", info: "Established" },
      {
        address: "fd00:192:168:10::13",
        type: "node specific",
        state: "start",
        info: expect.stringMatching(/^\w+ Socket: No route to host$/),
      },
    ]);
  });
});

describe("the table is read by its headings", () => {
  const around = (...table: string[]) => ({
    stdout: ["Calico process is running.", "", "IPv4 BGP status", ...table, ""].join("\n"),
    stderr: "",
  });

  test("in another order, with one more column, and with a bar inside of a cell", () => {
    const status = readNodeStatus(
      around(
        "+-------+-----+--------------+-----------+--------+-------+",
        "| STATE | AS  | PEER ADDRESS | PEER TYPE | INFO   | SINCE |",
        "+-------+-----+--------------+-----------+--------+-------+",
        "| up    | 645 | 10.0.0.1     | global    | a | b  | 10:00 |",
        "+-------+-----+--------------+-----------+--------+-------+",
      ),
    );

    expect(status?.peers).toEqual([{ address: "10.0.0.1", type: "global", state: "up", since: "10:00", info: "a | b" }]);
  });

  test("and not read at all without them", () => {
    expect(readNodeStatus(around("+------+", "| PEER |", "+------+", "| x    |", "+------+"))).toBeNull();
    expect(readNodeStatus({ stdout: "", stderr: "" })).toBeNull();
  });
});
