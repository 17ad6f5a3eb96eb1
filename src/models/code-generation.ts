function mayGenerate(): boolean {
  try {
    return new Function("return true")() === true;
  } catch {
    return false;
  }
}

/** Whether this runtime lets code be made from text; some, with a content security policy, do not. */
export const GENERATES_CODE = mayGenerate();
