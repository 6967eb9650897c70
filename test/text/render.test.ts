import { describe, expect, test } from "@jest/globals";
import { widthOf } from "../../src/contract/grid.js";
import { plain } from "../../src/contract/plain.js";
import { type View, view } from "../../src/contract/view.js";
import { renderText } from "../../src/text/render.js";

const text = (one: View, width = 80): string => renderText(one, { color: false, width });

const status: View = {
  verdict: { light: "bad", text: "lab RED: compute2 is down, 3 VMs", detail: "Fine: etcd 3/3, no alarm" },
  sections: [
    {
      kind: "lines",
      title: "what is wrong",
      lines: [
        { light: "bad", text: "compute2 does not answer", detail: ["SSH: timeout after 3 s"] },
        { light: "warn", text: "1 session is down" },
        { text: "and 2 more" },
      ],
    },
    {
      kind: "facts",
      title: "control plane",
      facts: [
        { label: "etcd", value: "3 of 3 members answer", light: "ok" },
        { label: "Neutron master", value: "ctl1" },
      ],
    },
    {
      kind: "table",
      title: "hosts",
      columns: [{ title: "host" }, { title: "BGP", align: "right" }],
      rows: [
        ["compute1", "2/2"],
        ["compute10", "10/10"],
      ],
    },
    { kind: "code", title: "birdc", text: "BIRD 2.0.12 ready.\n  Name\tProto\n" },
  ],
  footer: ["as of 03:07:12 UTC"],
  actions: [
    { label: "Raw", line: "raw abc-1" },
    { label: "Why", line: "why it's" },
  ],
  again: "status lab",
};

describe("a view on the terminal", () => {
  test("opens with the verdict; lights are words, columns stand below each other", () => {
    expect(text(status)).toBe(
      [
        "BAD  lab RED: compute2 is down, 3 VMs",
        "     Fine: etcd 3/3, no alarm",
        "",
        "what is wrong",
        "BAD  compute2 does not answer",
        "       SSH: timeout after 3 s",
        "WARN 1 session is down",
        "     and 2 more",
        "",
        "control plane",
        "ok   etcd            3 of 3 members answer",
        "     Neutron master  ctl1",
        "",
        "hosts",
        "  host         BGP",
        "  compute1     2/2",
        "  compute10  10/10",
        "",
        "birdc",
        "  BIRD 2.0.12 ready.",
        "    Name\tProto",
        "",
        "as of 03:07:12 UTC",
        "",
        "next: calico-chatops run 'raw abc-1'  # Raw",
        String.raw`next: calico-chatops run 'why it'\''s'  # Why`,
        "again: calico-chatops run 'status lab'",
        "",
      ].join("\n"),
    );
  });

  test("says the line that repeats it once", () => {
    const one = { ...view("ok", "fine"), actions: [{ label: "Refresh", line: "status" }], again: "status" };
    expect(text(one)).toBe("ok   fine\n\nnext: calico-chatops run 'status'  # Refresh\n");
  });

  test("has colours when asked for them, and the same words", () => {
    const coloured = renderText(status, { color: true, width: 80 });
    expect(coloured).toContain("\u001b[31mBAD  \u001b[0m");
    expect(plain(coloured)).toBe(text(status));
  });

  test("lets no escape sequence of a remote tool through", () => {
    const evil = "\u001b]0;owned\u0007\u001b[2Jgone\u009b31m \u001b[?25l\rover\u0008 \u202eesrever";
    const one = { ...view("bad", evil, evil), footer: [evil], actions: [{ label: evil, line: evil }], again: evil };
    one.sections.push({ kind: "code", text: evil }, { kind: "lines", lines: [{ text: evil, detail: [evil] }] });
    one.sections.push(
      { kind: "facts", facts: [{ label: evil, value: evil }] },
      { kind: "table", columns: [{ title: evil }], rows: [[evil]] },
    );
    const shown = text(one);
    expect(shown).not.toMatch(/[^\n\P{Cc}]|\u202e/u);
    expect(shown).toContain("gone over esrever");
    expect(shown).not.toContain("owned");
  });

  test("breaks lines at the terminal's width and keeps addresses whole", () => {
    const one = view("warn", `${"long words ".repeat(12)}2001:db8:1234:5678:9abc:def0:1234:5678`);
    one.sections.push({ kind: "table", columns: [{ title: "a" }, { title: "b" }], rows: [["x".repeat(60), "日本語".repeat(10)]] });
    const lines = text(one, 40).split("\n");
    expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(43);
    expect(lines.some((line) => line.includes("2001:db8:1234:5678:9abc:def0:1234:5678"))).toBe(true);
  });

  test("says that a table is empty", () => {
    const one = view("ok", "x");
    one.sections.push({ kind: "table", title: "hosts", columns: [{ title: "a" }], rows: [] });
    expect(text(one)).toContain("hosts\n  (none)");
  });
});
