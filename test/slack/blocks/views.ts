import type { View } from "../../../src/contract/view.js";

/** Views as commands make them, and as they come at their worst. */
export const views: Readonly<Record<string, View>> = {
  "status-red": {
    verdict: {
      light: "bad",
      text: "eu1 RED: rack r12 cut off, 20 hosts / 1,412 VMs, since 02:51 (+1 more)",
      detail: "Fine: felix 277/277 · etcd 3/3, no alarm",
    },
    sections: [
      {
        kind: "lines",
        title: "what is wrong",
        lines: [
          {
            light: "bad",
            text: "40 of 40 sessions to tor-r12-a and tor-r12-b are down",
            detail: ["Hold timer expired, all within 3 s", "SSH: 0 of 20 answer"],
          },
          { light: "warn", text: "tor-r07-b: 18 of 20 up", detail: ["compute-117 and compute-141 down since Tue"] },
        ],
      },
      {
        kind: "facts",
        title: "control plane",
        facts: [
          { label: "etcd", value: "3 of 3 members answer, no alarm, 1.1 GB of 8 GB", light: "ok" },
          { label: "Neutron master", value: "ctl2" },
          { label: "felix", value: "277 of 297 keys", light: "warn" },
        ],
      },
      {
        kind: "table",
        title: "hosts (277 more are folded)",
        columns: [{ title: "host" }, { title: "BGP", align: "right" }, { title: "note" }],
        rows: [
          ["compute-201", "0/2", ""],
          ["compute-202", "0/2", "fa:16:3e:ab:cd:ef & <late>"],
        ],
      },
    ],
    footer: [
      "as of 03:07:12 UTC, every part asked live",
      "Could not ask: 20 hosts of r12 (timeout)",
      "worker-1, 2.4 s, id 0123456789abcdef-1",
    ],
    actions: [
      { label: "Refresh", line: "status eu1" },
      { label: "Raw", line: "raw 0123456789abcdef-1" },
    ],
    again: "status eu1",
  },
  "clusters-all-ok": {
    verdict: { light: "ok", text: "2 clusters, nothing wrong" },
    sections: [
      {
        kind: "lines",
        lines: [
          { light: "ok", text: "lab: 8 hosts" },
          { light: "ok", text: "eu1: 297 hosts" },
        ],
      },
    ],
    footer: [],
    actions: [],
    again: "clusters",
  },
  "raw-output": {
    verdict: { light: "info", text: "raw output of `status eu1`" },
    sections: [
      {
        kind: "code",
        title: "compute1: birdc show protocols",
        text: "BIRD 2.0.12 ready.\n\u001b[31mName\u001b[0m       Proto\nMesh_10_0_0_2 BGP   ```up```\n",
      },
      { kind: "code", title: "compute2", text: "<!channel> & <@U1>\u0007\n" },
    ],
    footer: [],
    actions: [],
  },
  "what-slack-would-change": {
    verdict: { light: "unknown", text: "*bold* _italic_ ~gone~ :fire: <!here> at 2001:db8:100::1 02:51:12" },
    sections: [
      {
        kind: "lines",
        title: "_names_",
        lines: [
          { text: "> quoted `code *stays*` and a stray ` tick" },
          { light: "info", text: "mac fa:16:3e:ab:00:01, cali_net_1 & https://10.0.0.1/?a=1&b=2" },
        ],
      },
    ],
    footer: ["*small* print"],
    actions: [{ label: "Why *this*?", line: "why 10.0.0.1 10.0.0.2 5432", style: "primary" }],
    again: "why `x`",
  },
  "many-buttons": {
    verdict: { light: "warn", text: "choose" },
    sections: [],
    footer: [],
    actions: Array.from({ length: 9 }, (_, n) => ({
      label: `Diagnose rack r${n}`,
      line: n === 6 ? `diagnose ${"r".repeat(90)}` : `diagnose r${n}`,
    })),
  },
  "too-much": {
    verdict: { light: "warn", text: "eu1: 600 sessions, 3 of them down" },
    sections: [
      {
        kind: "lines",
        title: "what is wrong",
        lines: Array.from({ length: 40 }, (_, n) => ({ light: "bad" as const, text: `session ${n} is down` })),
      },
      {
        kind: "table",
        title: "sessions",
        columns: [{ title: "host" }, { title: "peer" }, { title: "state" }, { title: "since" }],
        rows: Array.from({ length: 600 }, (_, n) => [`compute-${n}`, `10.${n % 7}.0.${n % 250}`, "Established", "02:51:12"]),
      },
      {
        kind: "facts",
        title: "counts",
        facts: [
          { label: "up", value: "597" },
          { label: "down", value: "3" },
        ],
      },
    ],
    footer: ["as of 03:07:12 UTC"],
    actions: [{ label: "Refresh", line: "bgp eu1" }],
    again: "bgp eu1",
  },
};
