import { join } from "node:path";
import { serveSocket } from "../demo/forwarder.js";
import { faults } from "../faults/faults.js";
import { activeFaults, heal, inject } from "../faults/switch.js";
import { labDir } from "../hosts/folder.js";
import { attach } from "../hosts/site.js";
import { slackPort } from "../site.js";
import { startSlack } from "./server.js";

/** The workspace of the demo: runs inside the lab's segment; LAB_DIR names the site, SLACK_LAB_COMMANDS what the composer completes. */
const dir = labDir();
const site = attach(dir);
if (!site) throw new Error(`no lab is up in ${dir}`);

const panel = {
  list: async () => faults.map(({ name, title }) => ({ name, title, active: activeFaults(site).includes(name) })),
  inject: async (name: string) => void (await inject(site, name)),
  heal: async (name: string) => void (await heal(site, name)),
};

const commands = JSON.parse(process.env["SLACK_LAB_COMMANDS"] ?? "[]") as { line: string; help: string }[];
const hosts = site.hosts.map(({ name, role, address }) => ({ name, role, address }));
await startSlack({ port: slackPort, faults: panel, commands, hosts, page: join(import.meta.dirname, "page") });
await serveSocket(join(dir, "page.sock"), slackPort);
