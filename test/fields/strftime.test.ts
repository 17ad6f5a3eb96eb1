import { describe, expect, it } from "vitest";
import { strftime, unknownCode } from "../../src/values/strftime.js";

const ALL = "%Y|%y|%m|%d|%H|%I|%M|%S|%f|%p|%j|%a|%A|%b|%B|%w|%u|%U|%W|%G|%V|%%";

describe("strftime", () => {
  // what Python gives
  it.each([
    ["2026-11-20T13:05:09.042Z", "2026|26|11|20|13|01|05|09|042000|PM|324|Fri|Friday|Nov|November|5|5|46|46|2026|47|%"],
    ["2024-12-30T00:00:00.000Z", "2024|24|12|30|00|12|00|00|000000|AM|365|Mon|Monday|Dec|December|1|1|52|53|2025|01|%"],
    ["2021-01-03T12:59:59.999Z", "2021|21|01|03|12|12|59|59|999000|PM|003|Sun|Sunday|Jan|January|0|7|01|00|2020|53|%"],
    ["2020-02-29T23:00:00.001Z", "2020|20|02|29|23|11|00|00|001000|PM|060|Sat|Saturday|Feb|February|6|6|08|08|2020|09|%"],
    ["2023-01-01T01:01:01.000Z", "2023|23|01|01|01|01|01|01|000000|AM|001|Sun|Sunday|Jan|January|0|7|01|00|2022|52|%"],
  ])("%s has the codes of Python", (instant, expected) => {
    expect(strftime(ALL, Date.parse(instant))).toBe(expected);
    expect(unknownCode(ALL)).toBeNull();
  });

  it("finds the code that is none", () => {
    expect(unknownCode("docs/%Y/%Q")).toBe("%Q");
    expect(unknownCode("docs/100%")).toBe("%");
    expect(unknownCode("docs/100%%")).toBeNull();
  });
});
