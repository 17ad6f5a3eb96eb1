// The first import of every entry of the package: modules run in the order of their imports, so this one speaks before
// anything that an old Node lacks is touched. It uses nothing that an old Node could not parse.

const wanted = [22, 16];
const found = process.versions.node.split(".").map(Number);

if (found[0]! < wanted[0]! || (found[0] === wanted[0] && found[1]! < wanted[1]!)) {
  // Not an exception: its stack would bury the one line that matters.
  process.stderr.write(`dorm needs Node ${wanted.join(".")} or later; this is Node ${process.versions.node} (${process.execPath}).\n`);
  process.exit(1);
}
