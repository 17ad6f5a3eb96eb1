import { describe, expect, it } from "vitest";
import { FilePathField } from "../../src/index.js";

describe("definitions of FilePathField", () => {
  it.each([
    [{}, /path/],
    [{ path: "" }, /path/],
    [{ path: "src", match: "(" }, /regular expression/],
    [{ path: "src", match: 5 }, /regular expression/],
    [{ path: "src", allowFiles: false }, /allowFolders/],
    [{ path: "src", recursive: 1 }, /recursive/],
    [{ path: "src", allow_files: true }, /allowFiles/],
  ])("%j is refused", (options, message) => {
    // @ts-expect-error what the types refuse is refused at run time too
    expect(() => FilePathField(options)).toThrow(message);
  });
});
