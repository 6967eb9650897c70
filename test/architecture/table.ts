/**
 * Who may import whom: the room, and the rooms it may reach besides itself. Rooms are folders; a root is a file.
 * The order is that of the floors: an arrow to a later line is an arrow up.
 */
export const table: Readonly<Record<string, readonly string[]>> = {
  "src/contract": [],
  "src/calico": ["src/contract"],
  "src/log": [],
  "src/cluster": ["src/calico", "src/contract"],
  "src/config": ["src/contract", "src/log"],
  "src/redis": ["src/contract", "src/log"],
  "src/queue": ["src/redis", "src/contract", "src/log"],
  "src/health": ["src/contract", "src/log"],
  "src/audit": ["src/redis", "src/contract", "src/log"],
  "src/approvals": ["src/redis", "src/contract", "src/log"],
  "src/doctor": ["src/redis", "src/config", "src/cluster", "src/contract", "src/log"],
  "src/plan": ["src/calico", "src/cluster", "src/contract"],
  "src/diagnosis": ["src/calico", "src/cluster", "src/contract"],
  "src/command": ["src/plan", "src/diagnosis", "src/cluster", "src/calico", "src/contract"],
  "src/access": ["src/config", "src/contract"],
  commands: ["src/command", "src/plan", "src/diagnosis", "src/cluster", "src/calico", "src/contract"],
  "src/dispatch": ["src/command", "src/plan", "src/access", "src/approvals", "src/audit", "src/queue", "src/contract", "src/log"],
  "src/text": ["src/contract"],
  "src/picture": ["src/contract"],
  "src/reading": ["src/calico", "src/contract"],
  "workers/local": ["src/cluster", "src/contract", "src/log"],
  "workers/ssh": ["workers/local", "src/cluster", "src/calico", "src/contract", "src/config", "src/log"],
  "workers/birdc": ["workers/ssh", "src/cluster", "src/calico", "src/contract", "src/config", "src/log"],
  "workers/host": ["workers/ssh", "src/cluster", "src/calico", "src/contract", "src/config", "src/log"],
  "workers/etcd": ["src/cluster", "src/calico", "src/contract", "src/config", "src/log"],
  "workers/compute": ["workers/etcd", "src/cluster", "src/calico", "src/contract", "src/config", "src/log"],
  "workers/calicoctl": ["workers/ssh", "workers/local", "src/cluster", "src/calico", "src/contract", "src/config", "src/log"],
  "workers/openstack": ["workers/local", "src/cluster", "src/calico", "src/contract", "src/config", "src/log"],
  "workers/journal": ["src/contract"],
  "workers/change": ["workers/journal", "src/command", "src/plan", "src/cluster", "src/calico", "src/contract", "src/log"],
  "workers/execute": ["src/command", "src/plan", "src/cluster", "src/queue", "src/contract", "src/log"],
  "src/slack": ["src/dispatch", "src/command", "src/contract", "src/log"],
  lab: ["src/contract", "src/calico"],
  bench: [],
};

/** Composition roots: they may import any room below, and nothing imports them but the CLI. */
export const roots: readonly string[] = [
  "src/bot.ts",
  "src/terminal.ts",
  "src/office.ts",
  "src/auditor.ts",
  "src/offline.ts",
  "src/checkup.ts",
  "src/drafting.ts",
  "src/files.ts",
  "src/local.ts",
  "workers/main.ts",
  "workers/tools.ts",
  "workers/changing.ts",
  "workers/compute/thread.ts",
];
/** What two roots have in common; the other roots may import it. */
export const shared: readonly string[] = ["src/office.ts", "src/files.ts", "workers/tools.ts", "workers/changing.ts"];
export const entry = "src/cli.ts";

/** Rooms that may import anything, and that no other room imports: only the budgets hold there. */
export const free: readonly string[] = ["bench"];

/** Packages that belong to certain rooms only. */
export const packages: Readonly<Record<string, readonly string[]>> = {
  ioredis: ["src/redis"],
  "@resvg/resvg-js": ["src/picture"],
  "@dagrejs/dagre": ["src/picture"],
  xmlbuilder2: ["src/picture"],
  "prom-client": ["src/health"],
  bullmq: ["src/queue"],
  ssh2: ["workers/ssh"],
  etcd3: ["workers/etcd"],
  cockatiel: ["workers/etcd"],
  "@slack/bolt": ["src/slack"],
  "@slack/web-api": ["src/slack"],
  "@slack/types": ["src/slack"],
  "@slack/logger": ["src/slack"],
  undici: ["src/slack"],
  "ipaddr.js": ["src/calico"],
  diff: ["src/plan"],
  yaml: ["src/calico", "src/config", "lab"],
  pino: ["src/log"],
  commander: ["src/cli.ts", "lab"],
  ws: ["lab"],
  "playwright-core": ["lab"],
  esbuild: ["lab"],
  "fastest-levenshtein": ["src/contract", "src/command"],
};

/** Packages that every room may parse with. */
export const everywhere: readonly string[] = ["zod"];

/** Rooms without I/O: not even `node:` modules, but for the ones named. */
export const pure: Readonly<Record<string, readonly string[]>> = {
  "src/calico": ["src/contract"],
  "src/plan": ["node:crypto"],
  "src/diagnosis": [],
  "src/access": [],
  commands: [],
  "src/command": ["node:fs/promises", "node:path"],
};

/** Hard limits; what is aimed at is a quarter of them. */
export const budget = { file: 300, function: 60, params: 4 };

/** The only file that may hold an import() which is not a literal. */
export const nonLiteral: readonly string[] = ["src/command/load.ts"];

/** The environment is read by the configuration, and by the lab, which has none. */
export const environment: readonly string[] = ["src/config", "lab"];

/** Modules that nobody may use. */
export const forbidden: readonly string[] = ["node:module", "module"];
