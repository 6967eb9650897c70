import { describe, expect, test } from "@jest/globals";
import { clustersFor, standing } from "../../src/access/standing.js";
import type { AccessConfig } from "../../src/config/valid.js";
import type { Actor } from "../../src/contract/actor.js";

const access: AccessConfig = {
  clusters: ["eu1", "us1"],
  roles: { viewer: ["U0CAROL1"], operator: ["local:ops"], approver: ["U0BOB001"] },
  channels: [
    { id: "C1", clusters: ["us1", "eu1"], detail: "full" },
    { id: "C2", clusters: ["eu1"], detail: "counts" },
  ],
  onCall: [],
  directMessages: true,
};
const slack = (user: string, more: object = {}): Actor => ({ kind: "slack", team: "T1", user, bot: false, foreign: false, ...more });
const of = (actor: Actor, channel: string | null) => standing(access, ["eu1", "us1"], { actor, channel });

describe("standing", () => {
  test("tells name, roles, clusters and detail", () => {
    expect(of(slack("U0CAROL1", { name: "carol" }), "C2")).toEqual({
      id: "slack:T1/U0CAROL1",
      name: "carol",
      roles: ["viewer"],
      clusters: ["eu1"],
      channel: "C2",
      detail: "counts",
      refusal: null,
    });
  });

  test("an approver holds the roles below", () => {
    expect(of(slack("U0BOB001"), "D1")).toMatchObject({
      roles: ["viewer", "operator", "approver"],
      clusters: ["eu1", "us1"],
      detail: "full",
    });
  });

  test("somebody without a role learns why he is refused, and what would answer here", () => {
    const { clusters, detail, refusal, roles } = of(slack("U0NOBODY"), "C2");

    expect({ clusters, detail, roles }).toEqual({ clusters: ["eu1"], detail: "counts", roles: [] });
    expect(refusal).toBe("this needs the role viewer; you hold none");
  });

  test("in a channel that is not listed, and for guests, nothing answers", () => {
    expect(of(slack("U0BOB001"), "C9")).toMatchObject({
      clusters: [],
      detail: "none",
      refusal: "this channel is not one that gets answers",
    });
    expect(of(slack("U0BOB001", { foreign: true }), "C1")).toMatchObject({ clusters: [], detail: "none" });
    expect(of(slack("U0NOBODY"), "D1")).toMatchObject({ clusters: [], detail: "none" });
  });

  test("a local user is named as on the machine", () => {
    expect(of({ kind: "local", user: "ops" }, null)).toMatchObject({ id: "local:ops", name: "ops", roles: ["viewer", "operator"] });
  });
});

test("a channel's clusters come in its own order, the default first, and only those that are configured", () => {
  expect(clustersFor(access, ["eu1", "us1"], "C1")).toEqual(["us1", "eu1"]);
  expect(clustersFor(access, ["eu1"], "C1")).toEqual(["eu1"]);
  expect(clustersFor(access, ["eu1", "us1"], "C9")).toEqual([]);
  expect(clustersFor(access, ["eu1", "us1"], null)).toEqual(["eu1", "us1"]);
});
