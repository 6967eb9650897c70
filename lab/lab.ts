import { join } from "node:path";
import { Command } from "commander";
import { buildCalicoctl } from "./calicoctl/build.js";
import { faults } from "./faults/faults.js";
import { activeFaults, heal, inject } from "./faults/switch.js";
import { labDir } from "./hosts/folder.js";
import { seed } from "./hosts/seed.js";
import { attach, ground, type Raising, type Site } from "./hosts/site.js";
import { readState, tearDown } from "./hosts/state.js";
import { raiseCloud } from "./openstack/raise.js";
import { raisingOf, type SiteOptions, withSiteOptions } from "./options.js";

/** `npm run lab -- …`: the hosts alone, without bot and workspace (that is the demo). */
const program = new Command("npm run lab --")
  .description("a Calico site of real hosts in network namespaces")
  .enablePositionalOptions()
  .showSuggestionAfterError()
  .showHelpAfterError("(see --help)");
const dir = labDir();
const say = (text: string): void => void process.stdout.write(`${text}\n`);

function running(): Site {
  const site = attach(dir);
  if (!site) throw new Error(`no lab is up in ${dir}: start one with \`npm run lab -- up\``);
  return site;
}

async function hostsAlone(how: Raising): Promise<Site> {
  const { site, raise } = await ground({ ...how, calicoctl: await buildCalicoctl(join(how.dir, "bin")) });
  await raise();
  await seed(site, site.workloads);
  return site;
}

withSiteOptions(program.command("up"))
  .description("start the hosts and fill etcd")
  .option("--openstack", "with Keystone, Neutron and its driver, which take a few seconds more")
  .action(async (options: SiteOptions & { openstack?: boolean }) => {
    const began = Date.now();
    const how = { dir, ...raisingOf(options) };
    const site = options.openstack ? (await raiseCloud(how, say)).site : await hostsAlone(how);
    say(`up in ${((Date.now() - began) / 1000).toFixed(1)} s: ${site.hosts.map(({ name, address }) => `${name} ${address}`).join(", ")}`);
  });

program
  .command("down")
  .description("end every process of the lab and remove what it left")
  .action(async () => say((await tearDown(dir)) ? "down" : `no lab was up in ${dir}`));

program
  .command("status")
  .description("which hosts are up, which faults are in force")
  .action(() => {
    const site = running();
    for (const { name, address, role } of site.hosts)
      say(`${name.padEnd(10)} ${address.padEnd(15)} ${role.padEnd(10)} ${site.isUp(name) ? "up" : "down"}`);
    say(`faults: ${activeFaults(site).join(", ") || "none"}`);
  });

program
  .command("faults")
  .description("the ways to break it")
  .action(() => {
    for (const { name, title } of faults) say(`${name.padEnd(20)} ${title}`);
  });

program
  .command("fault <name>")
  .description("break it in one way")
  .action(async (name: string) => say(`injected: ${(await inject(running(), name)).title}`));

program
  .command("heal <name>")
  .description("take a fault back")
  .action(async (name: string) => say(`healed: ${(await heal(running(), name)).title}`));

program
  .command("exec <host> <words...>")
  .description("run a command as root on a host")
  .passThroughOptions()
  .action(async (host: string, words: string[]) => {
    const { code, stdout, stderr } = await running().exec(host, words);
    process.stdout.write(stdout);
    process.stderr.write(stderr);
    process.exitCode = code ?? 1;
  });

if (process.platform !== "linux" || process.getuid?.() !== 0) {
  process.stderr.write("the lab needs Linux and root: it makes network namespaces and starts systemd inside them\n");
  process.exit(1);
}
program.parseAsync().catch(async (error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  if (process.argv[2] === "up" && readState(dir)?.hosts) process.stderr.write("`npm run lab -- down` removes what was started\n");
  process.exitCode = 1;
});
