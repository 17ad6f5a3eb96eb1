import { describe, expect, it } from "vitest";
import { overrideSettings } from "../../src/engine/settings.js";
import { DateField, DateTimeField, TimeField } from "../../src/fields/index.js";
import { localToUtc, offsetAt, utcToLocal } from "../../src/fields/time-zone.js";
import { bound } from "./support.js";

const HOUR = 3_600_000;
const local = (text: string): number => Date.parse(`${text}Z`);

describe("time zones", () => {
  it("know the offset of an instant", () => {
    expect(offsetAt("Europe/Madrid", Date.parse("2026-07-01T00:00:00Z"))).toBe(2 * HOUR);
    expect(offsetAt("Europe/Madrid", Date.parse("2026-01-01T00:00:00.123Z"))).toBe(HOUR);
    expect(offsetAt("Asia/Kolkata", 0)).toBe(5.5 * HOUR);
    expect(utcToLocal("America/New_York", Date.parse("2026-01-01T00:00:00Z"))).toBe(local("2025-12-31T19:00:00"));
  });

  it("take a reading that occurs twice as the first", () => {
    expect(localToUtc("Europe/Madrid", local("2026-10-25T02:30:00"))).toBe(Date.parse("2026-10-25T00:30:00Z"));
  });

  it("take a reading that is skipped from before the change", () => {
    expect(localToUtc("Europe/Madrid", local("2026-03-29T02:30:00"))).toBe(Date.parse("2026-03-29T01:30:00Z"));
  });

  it("rule strings without an offset, days and times", () => {
    overrideSettings({ timeZone: "America/New_York" }, () => {
      expect(bound(DateTimeField()).coerce("2026-11-20T12:00:00")).toEqual(new Date("2026-11-20T17:00:00Z"));
      expect(bound(DateTimeField()).coerce("2026-11-20T12:00:00Z")).toEqual(new Date("2026-11-20T12:00:00Z"));
      const late = new Date("2026-11-21T03:00:00Z");
      expect(bound(DateField()).coerce(late)).toBe("2026-11-20");
      expect(bound(TimeField()).coerce(late)).toBe("22:00:00");
      expect(bound(DateField({ autoNow: true })).preSave(null, true, late)).toBe("2026-11-20");
    });
  });
});
