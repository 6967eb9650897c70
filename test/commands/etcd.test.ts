import { expect, test } from "@jest/globals";
import etcd from "../../commands/etcd.js";
import { ask, fakeCluster } from "../support/cluster.js";

test("etcd that is well is green, and is looked at twice for its writes", async () => {
  const card = await ask(etcd, fakeCluster(), {});

  expect(card.verdict).toMatchObject({ light: "ok", text: "lab: etcd 1 of 1 member answers, no alarm, 976.6 KiB of 2.0 GiB" });
  expect(card.actions.map(({ line }) => line)).toEqual(["again", "status", "raw job-00000001"]);
});

test("etcd that is away is red and still answered", async () => {
  expect((await ask(etcd, fakeCluster({ etcdDown: true }), {})).verdict).toMatchObject({
    light: "bad",
    text: "lab: etcd is unreachable: no member answers",
  });
});
