import { BigAutoField, CharField, CreateModel, migration, UniqueConstraint } from "../../../migrations/index.js";

export default migration({
  initial: true,
  operations: [
    CreateModel(
      "ContentType",
      {
        id: BigAutoField({ primaryKey: true }),
        appLabel: CharField({ maxLength: 100 }),
        model: CharField({ maxLength: 100 }),
      },
      { constraints: [UniqueConstraint({ fields: ["appLabel", "model"], name: "contenttypes_app_label_model" })] },
    ),
  ],
});
