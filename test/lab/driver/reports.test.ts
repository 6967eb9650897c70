import { expect, test } from "@jest/globals";
import { createReports } from "../../../lab/driver/reports.js";

const host = "/calico/felix/v2/no-region/host/compute1";
const beat = (second: number): [string, string] => [`${host}/status`, `{"time":"2026-01-01T00:00:0${second}Z","uptime":${second}}`];
const port = (status: string): [string, string] => [`${host}/workload/openstack/openstack%2fd1/endpoint/p1`, `{"status":"${status}"}`];

test("a felix key that changed is a heartbeat now; one that stays or went is none", () => {
  const reports = createReports();

  expect(reports(new Map([beat(1)]), 1000)).toEqual([{ agent: "compute1", at: 1000 }]);
  expect(reports(new Map([beat(1)]), 2000)).toEqual([]);
  expect(reports(new Map([beat(2)]), 3000)).toEqual([{ agent: "compute1", at: 3000 }]);
  expect(reports(new Map(), 4000)).toEqual([]);
});

test("a port's state is told when it changes, and again after a while", () => {
  const reports = createReports();
  const look = (status: string) => reports(new Map([port(status)]), 0);

  expect(look("down")).toEqual([{ port: "p1", status: "DOWN" }]);
  expect([look("up"), look("up"), look("up"), look("up")]).toEqual([[{ port: "p1", status: "ACTIVE" }], [], [], []]);
  expect(look("up")).toEqual([{ port: "p1", status: "ACTIVE" }]);
});

test("other keys and values that are no state mean nothing", () => {
  const keys = new Map([
    [`${host}/last_reported_status`, "{}"],
    ["/calico/felix/v2/no-region/host/x/y", "1"],
    port("odd"),
    [port("")[0], "not JSON"],
  ]);

  expect(createReports()(keys, 0)).toEqual([]);
});
