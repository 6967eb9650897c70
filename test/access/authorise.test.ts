import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type AccessAsk, authorise } from "../../src/access/authorise.js";
import type { AccessConfig } from "../../src/config/valid.js";
import type { Actor } from "../../src/contract/actor.js";

const access: AccessConfig = {
  clusters: ["eu1", "us1"],
  roles: { viewer: ["U0CAROL1"], operator: ["U0ALICE1", "local:ops"], approver: ["U0BOB001"] },
  channels: [
    { id: "C1", clusters: ["eu1", "us1"], detail: "full" },
    { id: "C2", clusters: ["eu1"], detail: "counts" },
  ],
  onCall: [],
  directMessages: true,
};
const slack = (user: string, more: Partial<Extract<Actor, { kind: "slack" }>> = {}): Actor => ({
  kind: "slack",
  team: "T1",
  user,
  bot: false,
  foreign: false,
  ...more,
});
const ask = (change: Partial<AccessAsk>): AccessAsk => ({
  actor: slack("U0ALICE1"),
  channel: "C1",
  role: "operator",
  cluster: "eu1",
  ...change,
});
const reason = (change: Partial<AccessAsk>): string => {
  const answer = authorise(access, ask(change));
  return answer.ok ? "allowed" : `${answer.failure.message} | ${answer.failure.hint}`;
};

describe("authorise", () => {
  test.each([
    ["an operator in a listed channel", {}, "allowed"],
    ["an approver, who holds the lower roles", { actor: slack("U0BOB001") }, "allowed"],
    ["a local operator on the terminal", { actor: { kind: "local", user: "ops" }, channel: null }, "allowed"],
    ["a role holder in a direct message", { channel: "D1" }, "allowed"],
    ["help for somebody without a role", { actor: slack("U0NOBODY"), open: true, cluster: null }, "allowed"],
    [
      "a viewer who wants more",
      { actor: slack("U0CAROL1") },
      "this needs the role operator; you hold viewer | these could: U0ALICE1, local:ops, U0BOB001; ask one of them",
    ],
    [
      "somebody without a role",
      { actor: slack("U0NOBODY"), role: "viewer" },
      "this needs the role viewer; you hold none | these could: U0CAROL1, U0ALICE1",
    ],
    ["a guest", { actor: slack("U0ALICE1", { foreign: true }) }, "guests and members of other workspaces are not answered"],
    ["a bot", { actor: slack("U0ALICE1", { bot: true }) }, "other bots are not answered"],
    ["a channel that is not listed", { channel: "C9" }, "this channel is not one that gets answers | ask in C1, C2"],
    ["the same for a stranger, who is not told which are", { channel: "C9", actor: slack("U0NOBODY") }, "2 channels do"],
    [
      "a cluster that does not answer there",
      { channel: "C2", cluster: "us1" },
      "cluster us1 does not answer in this channel | these do: eu1",
    ],
    [
      "a direct message of a stranger",
      { channel: "D1", actor: slack("U0NOBODY"), open: true },
      "direct messages are answered to people with a role only",
    ],
    ["a Slack user without a channel", { channel: null }, "only people of this machine ask without a channel"],
    ["a local user in a channel", { actor: { kind: "local", user: "ops" } }, "only people of Slack ask from channels"],
    ["a local user whom nobody knows", { actor: { kind: "local", user: "root" }, channel: null }, "you hold none"],
    ["help for him", { actor: { kind: "local", user: "root" }, channel: null, open: true, cluster: null }, "allowed"],
    ["somebody of Slack who calls himself like somebody of the machine", { actor: slack("local:ops") }, "you hold none"],
    [
      "a cluster that nobody configured, on the terminal",
      { actor: { kind: "local", user: "ops" }, channel: null, cluster: "eu9" },
      "cluster eu9 does not answer this bot | these do: eu1, us1",
    ],
    ["the same in a direct message", { channel: "D1", cluster: "eu9" }, "cluster eu9 does not answer in this channel"],
    ["a schedule", { actor: { kind: "schedule", owner: "U0ALICE1" }, channel: null }, "a schedule has no rights of its own"],
    [
      "a schedule that asks for help",
      { actor: { kind: "schedule", owner: "U0ALICE1" }, channel: null, open: true },
      "a schedule has no rights",
    ],
  ] as [string, Partial<AccessAsk>, string][])("%s", (_, change, expected) => {
    expect(reason(change)).toContain(expected);
  });

  test("tells how much detail may be shown", () => {
    expect(authorise(access, ask({}))).toEqual({ ok: true, detail: "full" });
    expect(authorise(access, ask({ channel: "C2" }))).toEqual({ ok: true, detail: "counts" });
    expect(authorise(access, ask({ channel: "D1" }))).toEqual({ ok: true, detail: "full" });
  });

  test("says so when direct messages are off, and when nobody holds a role", () => {
    const bare: AccessConfig = {
      clusters: ["eu1"],
      roles: { viewer: [], operator: ["U0ALICE1"], approver: [] },
      channels: [],
      onCall: [],
      directMessages: false,
    };

    expect(authorise(bare, ask({ channel: "D1" }))).toMatchObject({ failure: { message: "direct messages are not answered" } });
    expect(authorise(bare, ask({ actor: { kind: "local", user: "x" }, channel: null, role: "approver" }))).toMatchObject({
      failure: { hint: "nobody holds approver; whoever runs the bot gives it under access.roles" },
    });
  });
});

describe("roles of user groups", () => {
  const grouped: AccessConfig = { ...access, roles: { viewer: ["U0CAROL1"], operator: ["S0NETOPS"], approver: ["U0BOB001"] } };
  const may = (actor: Actor): string => {
    const answer = authorise(grouped, ask({ actor }));
    return answer.ok ? "allowed" : `${answer.failure.message} | ${answer.failure.hint}`;
  };
  const unread = [{ group: "S0NETOPS", why: "no_such_subteam" }];

  test("belong to whoever is in the group, with those below", () => {
    expect(may(slack("U0DAVE01", { groups: ["S0NETOPS"] }))).toBe("allowed");
    expect(authorise(grouped, ask({ actor: slack("U0DAVE01", { groups: ["S0NETOPS"] }), role: "viewer" })).ok).toBe(true);
    expect(may(slack("U0DAVE01", { groups: ["S0OTHERS"] }))).toContain("you hold none");
  });

  test("belong to nobody while the group cannot be read, and the refusal says so and who could", () => {
    expect(may(slack("U0CAROL1", { groups: [], unread }))).toBe(
      "this needs the role operator; you hold viewer; the members of user group S0NETOPS could not be read: no_such_subteam" +
        " | these could: members of user group S0NETOPS, U0BOB001; ask one of them",
    );
    expect(authorise(grouped, ask({ actor: slack("U0DAVE01", { groups: [], unread }), channel: "D1" }))).toMatchObject({
      failure: { message: expect.stringContaining("people with a role only; the members of user group S0NETOPS could not be read") },
    });
  });

  test("a group that would not give the role is not blamed", () => {
    const answer = authorise(grouped, ask({ actor: slack("U0CAROL1", { groups: [], unread }), role: "approver" }));

    expect(answer).toMatchObject({ failure: { message: "this needs the role approver; you hold viewer" } });
  });

  test("nobody gets them by being called like a group, or by saying that he is in a person", () => {
    expect(may(slack("S0NETOPS"))).toContain("you hold none");
    expect(may(slack("U0DAVE01", { groups: ["U0BOB001"] }))).toContain("you hold none");
  });
});

describe("nothing unknown is ever allowed", () => {
  const word = fc.oneof(
    fc.string({ maxLength: 12 }),
    fc.constantFrom("", "D", "C", "C1 ", "c1", "__proto__", "constructor", "local:", "all", "*", "eu1,us1"),
  );
  const holders = Object.values(access.roles).flat();
  const known = {
    user: fc.constantFrom(...holders.filter((id) => !id.startsWith("local:"))),
    channel: fc.constantFrom("C1", "C2", "D1"),
    cluster: fc.constantFrom("eu1", "us1"),
  };
  const role = fc.constantFrom<AccessAsk["role"]>("viewer", "operator", "approver");
  const allowed = (actor: Actor, more: Omit<AccessAsk, "actor">): boolean => authorise(access, { actor, ...more }).ok;

  test("no person, wherever he asks", () => {
    const stranger = fc.oneof(word, fc.constantFrom("local:ops", "U0ALICE1 ", "u0alice1"));
    const place = fc.oneof(known.channel, word, fc.constant(null));
    fc.assert(
      fc.property(stranger, place, role, fc.option(known.cluster), (user, channel, needed, cluster) => {
        fc.pre(!holders.includes(user) || user.startsWith("local:"));
        expect(allowed(slack(user), { channel, role: needed, cluster })).toBe(false);
        expect(allowed({ kind: "schedule", owner: user }, { channel, role: needed, cluster, open: true })).toBe(false);
        if (user !== "ops") expect(allowed({ kind: "local", user }, { channel, role: needed, cluster })).toBe(false);
      }),
    );
  });

  test("no channel, whoever asks, not even for help", () => {
    const elsewhere = word.filter((id) => !["C1", "C2"].includes(id) && !id.startsWith("D"));
    fc.assert(
      fc.property(known.user, elsewhere, role, fc.boolean(), (user, channel, needed, open) => {
        expect(allowed(slack(user), { channel, role: needed, cluster: null, open })).toBe(false);
      }),
    );
  });

  test("no cluster, whoever asks and wherever", () => {
    const nowhere = word.filter((name) => !access.clusters.includes(name));
    fc.assert(
      fc.property(known.user, known.channel, nowhere, fc.boolean(), (user, channel, cluster, open) => {
        expect(allowed(slack(user), { channel, role: "viewer", cluster, open })).toBe(false);
        expect(allowed({ kind: "local", user: "ops" }, { channel: null, role: "viewer", cluster, open })).toBe(false);
      }),
    );
  });

  test("not even one that a channel names", () => {
    const stale: AccessConfig = { ...access, clusters: ["us1"] };

    expect(authorise(stale, ask({ cluster: "us1" })).ok).toBe(true);
    expect(authorise(stale, ask({ cluster: "eu1" })).ok).toBe(false);
  });

  test("no role and no kind of actor", () => {
    fc.assert(
      fc.property(known.user, word, (user, other) => {
        fc.pre(!["viewer", "operator", "approver"].includes(other));
        expect(allowed(slack(user), { channel: "C1", role: other as "viewer", cluster: "eu1" })).toBe(false);
        const odd = { ...slack(user), kind: other } as unknown as Actor;
        if (!["slack", "local"].includes(other))
          expect(allowed(odd, { channel: null, role: "viewer", cluster: null, open: true })).toBe(false);
      }),
    );
  });

  test("no bot and no guest, with whatever role", () => {
    fc.assert(
      fc.property(known.user, known.channel, role, fc.boolean(), (user, channel, needed, open) => {
        for (const stranger of [{ bot: true }, { foreign: true }])
          expect(allowed(slack(user, stranger), { channel, role: needed, cluster: null, open })).toBe(false);
      }),
    );
  });
});
