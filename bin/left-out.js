// What the build puts in the place of parts of libraries that this program never uses, and that take milliseconds of every
// start: `node:child_process`, which commander loads for subcommands that are programs of their own, and chalk's look at
// the terminal, which it is told (src/cli/terminal.ts).
module.exports = {};
