import type { FunctionTemplate } from "../../sql/dialect.js";
import type { CallNode } from "../../sql/nodes.js";
import { pathOf } from "../json-path.js";
import { quoteText } from "../quoting.js";
import { encodeArrayText } from "./array-text.js";

/** The path of a member as an array of texts. */
function pathText(node: CallNode): string {
  return quoteText(encodeArrayText(pathOf(node)));
}

function member(source: string, node: CallNode): string {
  return pathOf(node).length === 0 ? source : `(${source} #> ${pathText(node)})`;
}

const compare: FunctionTemplate = ([source = "", value = ""], node) => {
  const { operator, type } = node.options ?? {};
  const found = member(source, node);
  if (type === "null") return `${found} = 'null'::jsonb`;
  if (type === "column") return `${found} ${String(operator)} TO_JSONB(${value})`;
  // JSON orders values of different types too: only those of the value's own are compared
  const wanted = type === "any" ? `JSONB_TYPEOF(${value}::jsonb)` : quoteText(String(type));
  const guard = operator === "=" || type === "document" ? "" : `JSONB_TYPEOF(${found}) = ${wanted} AND `;
  return `(${guard}${found} ${String(operator)} ${value}::jsonb)`;
};

const object: FunctionTemplate = (args, { options }) => {
  const keys = (options?.keys ?? []) as readonly string[]; // JSONObject gives the names of its members
  return `JSONB_BUILD_OBJECT(${args.map((arg, index) => `${quoteText(keys[index] ?? "")}, ${arg}`).join(", ")})`;
};

/** Members of JSON documents. */
export const jsonFunctions: Readonly<Record<string, FunctionTemplate>> = {
  json_path: ([source = ""], node) => member(source, node),
  json_text: ([source = ""], node) => `(${source} #>> ${pathText(node)})`,
  json_compare: compare,
  json_has_key: ([source = "", key = ""], node) => `${member(source, node)} ? ${key}::text`,
  json_has_keys: ([source = "", keys = ""], node) =>
    `${member(source, node)} ${node.options?.any === true ? "?|" : "?&"} ARRAY(SELECT JSONB_ARRAY_ELEMENTS_TEXT(${keys}::jsonb))`,
  JSON_OBJECT: object,
};
