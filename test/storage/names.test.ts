import { describe, expect, it } from "vitest";
import { StorageError, SuspiciousFileOperationError } from "../../src/index.js";
import { alternativeName, checkedName, fittingName, validName } from "../../src/storage/names.js";

describe("names of files", () => {
  it.each([
    ["../../etc/passwd", "passwd"],
    ["..\\..\\boot.ini", "boot.ini"],
    ["résumé.pdf", "r_sum_.pdf"],
    ["résumé.pdf".normalize("NFD"), "r_sum_.pdf"],
    [".htaccess", "htaccess"],
    ["...", "file"],
    ["", "file"],
    ["dir/", "file"],
    ["a b.txt", "a b.txt"],
    ["a+b-c_d.tar.gz", "a+b-c_d.tar.gz"],
    ["x\0y", "x_y"],
    ["trailing.txt. . ", "trailing.txt"],
    ["CON", "_CON"],
    ["nul.txt", "_nul.txt"],
    ["com1.tar.gz", "_com1.tar.gz"],
    ["console.txt", "console.txt"],
    ["a:b*c?.txt", "a_b_c_.txt"],
    ["😀.png", "_.png"],
  ])("E101: %j is stored as %j", (given, expected) => {
    expect(validName(given)).toBe(expected);
  });

  it.each(["", ".", "..", "../x", "a/../../x", "/etc/x", "\\etc\\x", "C:\\x", "c:x", "a\0b", "a//b", "a/", "a/..", "a/.", "..\\x"])(
    "E92, E98: refuses %j",
    (name) => {
      expect(() => checkedName(name)).toThrow(SuspiciousFileOperationError);
    },
  );

  it("E98: gives a name its one form", () => {
    expect(checkedName("a/../b.txt")).toBe("b.txt");
    expect(checkedName("./a/b.txt")).toBe("a/b.txt");
    expect(checkedName("a\\b.txt")).toBe("a/b.txt");
  });

  it("E93: cuts the root of a name, directory included in the count", () => {
    expect(fittingName(`docs/${"a".repeat(100)}.pdf`, 50)).toBe(`docs/${"a".repeat(41)}.pdf`);
    expect(fittingName("docs/a.pdf", null)).toBe("docs/a.pdf");
    expect(() => fittingName(`${"d".repeat(200)}/a.pdf`, 50)).toThrow(StorageError);
    expect(() => fittingName("a.abcdefghij", 10)).toThrow(/maxLength/);
  });

  it("E103: another name honours a length shorter than its token and extension", () => {
    expect(alternativeName("docs/report.pdf", null)).toMatch(/^docs\/report_[0-9a-f]{7}\.pdf$/);
    expect(alternativeName("docs/report.pdf", 20)).toMatch(/^docs\/rep_[0-9a-f]{7}\.pdf$/);
    expect(alternativeName("a.jpeg", 10)).toMatch(/^[0-9a-f]{5}\.jpeg$/);
    expect(alternativeName("a.jpeg", 6)).toMatch(/^[0-9a-f]\.jpeg$/);
    expect(() => alternativeName("a.jpeg", 5)).toThrow(StorageError);
  });
});
