import { afterEach, beforeEach, expect, it } from "vitest";
import { addSensitivePattern, CharField, createTables, dropTables, getConnection, Model, setLogger } from "../../src/index.js";
import { describeEachBackend } from "../support/backends.js";

class Patient extends Model<Patient>("masking.Patient")({
  ward: CharField({ maxLength: 20 }),
  diagnosis: CharField({ maxLength: 20, pii: true }),
  password: CharField({ maxLength: 20, default: "opensesame" }),
  iban: CharField({ maxLength: 20, default: "AT611904" }),
}) {}

describeEachBackend("parameters in logs", (backend) => {
  const messages: string[] = [];
  beforeEach(async () => {
    await createTables([Patient]);
    setLogger({ isEnabled: (logger) => logger.startsWith("dorm.db.backends"), log: ({ message }) => messages.push(message) });
  });
  afterEach(async () => {
    setLogger(null);
    messages.length = 0;
    await dropTables([Patient]);
  });

  it("mask fields with pii, and columns whose names look like secrets, wherever the statement comes from", async () => {
    const patient = await Patient.objects.create({ ward: "north", diagnosis: "influenza" });
    await Patient.objects.filter({ diagnosis__in: ["influenza", "measles"], ward: "north" }).update({ diagnosis: "measles" });
    await patient.refreshFromDb();
    const placeholder = backend.vendor === "postgresql" ? "$1" : "?";
    await getConnection().execute(`SELECT ward FROM masking_patient WHERE diagnosis = ${placeholder}`, ["measles"]);
    const logged = messages.join("\n");
    expect(logged).toContain("north");
    expect(logged).toContain("***");
    expect(logged).not.toMatch(/influenza|measles|opensesame/);
  });

  it("mask columns that a pattern of the program names", async () => {
    addSensitivePattern(/^iban$/i);
    await Patient.objects.create({ ward: "north", diagnosis: "influenza" });
    expect(messages.join("\n")).toContain("north");
    expect(messages.join("\n")).not.toContain("AT611904");
  });
});
