/**
 * What a wrong name or value resolves to: no value is assignable to it, so that the compiler's message says what is
 * wrong in a sentence.
 */
export interface Problem<Message extends string> {
  readonly "dorm:": Message;
}
