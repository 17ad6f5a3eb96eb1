const PREFIX = "dorm_moving_";

/** A name that a column or a table has for a moment only, where names go round in a circle. @param number - tells it from others */
export function movingName(number: number): string {
  return `${PREFIX}${number}`;
}

/** Whether a name is one for a moment: the step that gives it must not be joined with the one that takes it away. */
export function isMovingName(name: unknown): boolean {
  return typeof name === "string" && name.startsWith(PREFIX);
}
