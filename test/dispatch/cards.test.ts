import { describe, expect, test } from "@jest/globals";
import { type Failure, failures } from "../../src/contract/failure.js";
import { type Light, type View, view } from "../../src/contract/view.js";
import { countsOnly } from "../../src/dispatch/counts.js";
import { failureView, isOnlyForAsker } from "../../src/dispatch/failure-view.js";
import { joined, type Part } from "../../src/dispatch/join.js";

describe("failureView()", () => {
  test("says what, why and the next step, for every code there is", () => {
    for (const code of Object.keys(failures) as Failure["code"][]) {
      const card = failureView({ code, message: "the reason" }, "status");
      expect(card.verdict.text).toBe(`${failures[code].title}: the reason`);
      expect(card.verdict.detail).toBe(failures[code].hint);
      expect(card.actions.some((action) => action.label === "Try again")).toBe(failures[code].retry);
    }
  });

  test("prefers the failure's own hint, and offers nothing to repeat where nothing was understood", () => {
    expect(failureView({ code: "timeout", message: "x", hint: "look there" }, null)).toMatchObject({
      verdict: { detail: "look there" },
      actions: [],
    });
    expect(failureView({ code: "unknown_command", message: "x" }, null).actions).toEqual([{ label: "Help", line: "help" }]);
  });

  test("a slip is shown to the asker alone, trouble and a cancel to everybody", () => {
    const alone = (code: Failure["code"]): boolean => isOnlyForAsker({ code, message: "x" });
    expect([alone("usage"), alone("denied"), alone("no_worker"), alone("timeout"), alone("cancelled")]).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});

function part(cluster: string, light: Light, change: Partial<View> & { open?: boolean; text?: string } = {}): Part {
  const { open = false, text = `${cluster} says ${light}`, ...rest } = change;
  return { cluster, view: { ...view(light, text), ...rest }, open };
}

describe("joined()", () => {
  test("one part stays as it is", () => {
    const only = part("eu1", "ok");
    expect(joined([only])).toBe(only.view);
  });

  test("is headed by the worst, names the fine ones and those still missing", () => {
    const card = joined([part("eu1", "ok"), part("eu2", "info", { open: true }), part("eu3", "bad", { text: "rack r12 cut off" })]);

    expect(card.verdict).toEqual({ light: "bad", text: "eu3: rack r12 cut off", detail: "fine: eu1; no answer yet from eu2" });
    expect(card.sections.map((section) => section.title)).toEqual(["eu3", "eu1", "eu2"]);
  });

  test("counts troubled clusters", () => {
    const card = joined([part("eu1", "warn"), part("eu2", "bad"), part("eu3", "ok")]);

    expect(card.verdict.text).toBe("2 of 3 clusters: eu2 says bad");
    expect(card.verdict.detail).toBe("trouble in eu2, eu1; fine: eu3");
  });

  test("all fine is one short line; a cluster whose name is part of another is still named", () => {
    expect(joined([part("eu1", "ok"), part("eu2", "ok")]).verdict.text).toBe("2 clusters, nothing wrong");
    expect(joined([part("eu", "bad", { text: "eu1 is down" }), part("eu1", "ok")]).verdict.text).toBe("eu: eu1 is down");
  });

  test("equal buttons are one; raw output says whose", () => {
    const actions = (id: string) => [
      { label: "Refresh", line: "status" },
      { label: "Raw", line: `raw ${id}` },
    ];
    const card = joined([part("eu1", "ok", { actions: actions("a-1") }), part("eu2", "ok", { actions: actions("a-2") })]);

    expect(card.actions).toEqual([
      { label: "Refresh", line: "status" },
      { label: "Raw eu1", line: "raw a-1" },
      { label: "Raw eu2", line: "raw a-2" },
    ]);
  });

  test("sections of each cluster keep their content under its name", () => {
    const table = { kind: "table" as const, title: "hosts", columns: [], rows: [["x"]] };
    const card = joined([part("eu1", "ok", { sections: [table] }), part("eu2", "ok")]);

    expect(card.sections).toContainEqual({ ...table, title: "eu1 · hosts" });
  });
});

describe("countsOnly()", () => {
  const full: View = {
    verdict: {
      light: "bad",
      text: "rr1 and 10.0.0.1/32 down since 02:51:07 on compute-117",
      detail: 'project "shop" (fd00:10::1), 41 of 60 hosts',
    },
    sections: [
      { kind: "table", title: "hosts", columns: [{ title: "host" }], rows: [["compute-117"], ["rr1"]] },
      { kind: "code", title: "rr1", text: "secret of rr1" },
      { kind: "lines", lines: [{ text: "compute-117 is bad" }] },
    ],
    footer: ["asked rr1"],
    actions: [
      { label: "Refresh", line: "status" },
      { label: "Raw", line: "raw x-1" },
    ],
    again: "status",
  };

  test("keeps light, numbers and times, and no name or address anywhere", () => {
    const card = countsOnly(full, { secret: ["compute-117", "rr1", "10.0.0.1"], open: ["eu1"] });
    const text = JSON.stringify(card);

    for (const name of ["compute-117", "rr1", "10.0.0.1", "fd00", "shop", "secret", "raw x-1"]) expect(text).not.toContain(name);
    expect(card.verdict.light).toBe("bad");
    expect(card.verdict.text).toContain("02:51:07");
    expect(card.verdict.detail).toContain("41 of 60 hosts");
    expect(card.sections).toEqual([{ kind: "lines", lines: [{ text: "hosts: 2 lines" }, { text: "more: 1 line" }] }]);
  });
});
