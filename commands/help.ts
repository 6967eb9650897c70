import { z } from "zod";
import { onBot } from "../src/command/define.js";
import { about, everything, overview } from "../src/command/help.js";
import { fail } from "../src/contract/failure.js";
import { nearest } from "../src/contract/nearest.js";

/** Help is read off the declarations, so it cannot be out of date. */
export default onBot({
  summary: "what can be asked, and how",
  examples: ["help", "help status", "help all"],
  args: z.object({
    command: z.string().optional().meta({ positional: 0, placeholder: "COMMAND", description: "a command to explain, or all" }),
  }),
  risk: "read",
  role: "viewer",
  open: true,
  async run(desk, args) {
    const commands = desk.commands();
    if (args.command === undefined) return overview(commands);
    if (args.command.toLowerCase() === "all") return everything(commands);
    const command = commands.get(args.command.toLowerCase());
    if (command) return about(args.command.toLowerCase(), command);
    const near = nearest(args.command, commands.keys());
    throw fail(
      "unknown_command",
      `there is no command \`${args.command.slice(0, 60)}\``,
      near
        ? { hint: `did you mean \`help ${near}\`?`, choices: [{ label: `help ${near}`, line: `help ${near}` }] }
        : { hint: "`help all` lists every command" },
    );
  },
});
